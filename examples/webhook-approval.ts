// A service of your own decides: it gets a signed question over HTTP, and only its signed answer counts.
import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GovernanceMiddleware, webhookApproval } from 'mcp-governance';
import { fakeCall } from 'mcp-governance/testing';

const secret = 'known to both ends and to nobody else';

// #region service
const sign = (id: string, timestamp: string, body: string) =>
  `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

const service = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const header = (name: string) => String(request.headers[`webhook-${name}`]);
    const given = Buffer.from(header('signature'));
    const wanted = Buffer.from(sign(header('id'), header('timestamp'), body));
    const fresh = Math.abs(Date.now() / 1000 - Number(header('timestamp'))) < 300;
    if (!fresh || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      response.writeHead(401).end();
      return;
    }
    const {
      id,
      binding,
      arguments: args,
    } = JSON.parse(body) as { id: string; binding: string; arguments: { to: string } };
    const approved = args.to === 'our-bank';
    const answer = JSON.stringify({ type: 'approval.decided', id, binding, approved, approver: 'treasury' });
    const timestamp = String(Math.floor(Date.now() / 1000));
    response.setHeader('webhook-id', id);
    response.setHeader('webhook-timestamp', timestamp);
    response.setHeader('webhook-signature', sign(id, timestamp, answer));
    response.end(answer);
  });
});
// #endregion

await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
const { port } = service.address() as AddressInfo;

const governance = new GovernanceMiddleware({
  toolConfigs: { transfer: { approvalRequired: true } },
  // This example's service is on this machine; yours has an https address and needs neither permission.
  onPolicyBlock: webhookApproval({
    url: `http://127.0.0.1:${port}/approvals`,
    secret,
    allowHttp: true,
    allowPrivateAddresses: true,
  }),
});

let sent = 0;
const transfer = (to: string) => governance.onCallTool(fakeCall('transfer', { to }), async () => ++sent);
await transfer('our-bank');
const refused = (await transfer('elsewhere')) as { isError: boolean; content: { text: string }[] };
assert.equal(sent, 1);
assert.equal(refused.isError, true);
assert.match(refused.content[0]?.text ?? '', /Denied by treasury/);

await governance.close();
service.close();
service.closeAllConnections();
console.log('ok: a service of our own approved one transfer and denied another');
