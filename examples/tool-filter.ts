// Governing calls that no adapter sees: any function, an agent's own loop, a gateway.
import assert from 'node:assert/strict';
import { governToolCall, Policy, PolicyHierarchy, ToolFilter } from 'mcp-governance';

const policy = Policy.from({
  version: 1,
  defaults: { action: 'review' },
  rules: [
    { name: 'reads', match: { server: 'files', tool: 'read_*' }, action: 'allow' },
    { name: 'no_deletes', match: { server: 'files', tool: 'delete_*' }, action: 'block', final: true },
  ],
});

const sent: string[] = [];
/** Stands for whatever runs your tools. */
async function runTool(tool: string, args: Record<string, unknown>) {
  sent.push(tool);
  return { content: [{ type: 'text', text: `${JSON.stringify(args)} belongs to kim@example.com` }] };
}

// #region filter
const filter = new ToolFilter({
  policy,
  piiActions: { email: 'redact' },
  onPolicyBlock: (error) => ({ approved: error.policyResult?.action === 'review', approver: 'kim' }),
});
// #endregion

// #region check
const checked = await filter.check({ server: 'files', tool: 'write_file', arguments: { path: '/a' } });
assert.equal(checked.ok, false); // Somebody would have to be asked: a review is never ok.
assert.equal(checked.status, 'review');
assert.equal(checked.decision?.ruleName, '<default>');
// #endregion
assert.deepEqual(sent, []);

// #region call
const call = { server: 'files', tool: 'read_file', arguments: { path: '/a' }, principal: { user: 'kim' } };
const result = await filter.call(call, (judged) => runTool('read_file', judged));
assert.equal(result.content[0]?.text, '{"path":"/a"} belongs to ##EMAIL##');

await assert.rejects(
  filter.call({ ...call, tool: 'delete_file' }, (judged) => runTool('delete_file', judged)),
  { code: 'policy_blocked' },
);
// #endregion
assert.deepEqual(sent, ['read_file']);

// #region govern
const governed = await governToolCall({
  filter,
  serverName: 'files',
  toolName: 'write_file',
  arguments: { path: '/a', owner: 'kim@example.com' },
});
if (governed.ok) await runTool('write_file', governed.arguments ?? {});
else console.error(governed.status, governed.error?.message);
assert.deepEqual(governed.arguments, { path: '/a', owner: '##EMAIL##' });
// #endregion
assert.deepEqual(sent, ['read_file', 'write_file']);

// #region hierarchy
const organisation = Policy.from({
  rules: [{ name: 'payments', match: { tool: 'pay_*' }, action: 'review', approvers: ['finance'] }],
});
const team = Policy.from({
  defaults: { action: 'review' },
  rules: [{ name: 'billing', match: { tool: ['pay_*', 'read_*'] }, action: 'allow' }],
});
const layers = new PolicyHierarchy({ org: organisation, team });

const decision = layers.evaluate({ tool: 'pay_invoice' });
assert.equal(decision.action, 'review');
assert.equal(decision.layer, 'org');
assert.deepEqual(decision.conflicts, ['team: allow (rule billing)']);

filter.updatePolicy(layers); // Or `policy: layers` in the options of any door.
// #endregion
assert.equal((await filter.check({ tool: 'pay_invoice' })).status, 'review');
assert.equal((await filter.check({ tool: 'read_invoice' })).status, 'success');

await filter.close();
console.log('ok: a filter judges, runs and refuses calls of any program');
