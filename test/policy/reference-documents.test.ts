import { describe, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import type { Action } from '../../src/call/action.js';
import { PolicyHierarchy } from '../../src/policy/policy-hierarchy.js';
import { Policy } from '../../src/policy/policy.js';

const load = (name: string) =>
  Policy.fromYaml(fileURLToPath(new URL(`fixtures/reference-${name}.yaml`, import.meta.url)));

type Row = [document: string, server: string, tool: string, sql: string | undefined, action: Action, rule: string];

const rows: Row[] = [
  ['quick-start', 'filesystem', 'read_file', undefined, 'allow', 'allow_reads'],
  ['quick-start', 'anything', 'read_mail', undefined, 'allow', 'allow_reads'],
  ['quick-start', 'filesystem', 'delete_file', undefined, 'block', 'block_file_deletes'],
  ['quick-start', 'other', 'delete_file', undefined, 'review', '<default>'],
  ['quick-start', 'filesystem', 'write_file', undefined, 'review', 'approve_file_writes'],
  ['filesystem', 'filesystem', 'list_directory', undefined, 'allow', 'allow_list'],
  ['filesystem', 'filesystem', 'delete_directory', undefined, 'block', 'block_deletes'],
  ['filesystem', 'filesystem', 'move_file', undefined, 'review', 'block_moves'],
  ['filesystem', 'database', 'read_file', undefined, 'review', '<default>'],
  ['database', 'database', 'query', 'SELECT * FROM users', 'allow', 'allow_select'],
  ['database', 'database', 'query', 'select * from users', 'review', '<default>'],
  ['database', 'database', 'query', 'UPDATE users SET a = 1', 'review', 'approve_mutations'],
  ['database', 'database', 'query', 'DROP TABLE users', 'block', 'block_destructive'],
  ['database', 'database', 'query', 'TRUNCATE users', 'block', 'block_destructive'],
  ['database', 'database', 'query', 'DELETE FROM users', 'review', 'block_bulk_delete'],
  ['database', 'database', 'query', undefined, 'review', '<default>'],
  ['mail', 'slack', 'read_channel', undefined, 'allow', 'allow_read_messages'],
  ['mail', 'email', 'send_email', undefined, 'review', 'approve_email_send'],
  ['mail', 'email', 'bulk_send', undefined, 'block', 'block_bulk_send'],
  ['browser', 'browser', 'navigate', undefined, 'allow', 'allow_navigation'],
  ['browser', 'browser', 'click', undefined, 'review', 'block_submit'],
  ['browser', 'browser', 'evaluate', undefined, 'block', 'block_js_eval'],
];

describe("the reference's documents", () => {
  test.each(rows)('%s: %s %s (%s): %s by %s', (document, server, tool, sql, action, ruleName) => {
    const decision = load(document).evaluate({ server, tool, arguments: sql === undefined ? {} : { sql } });
    expect(decision).toMatchObject({ action, ruleName });
  });

  test('cannot be evaluated: a text is expected, and the call is judged the strict way', () => {
    const database = load('database');
    // A rule that allows does not match, the first that asks or blocks does.
    expect(database.evaluate({ server: 'database', tool: 'query', arguments: { sql: 5 } })).toMatchObject({
      action: 'review',
      ruleName: 'approve_mutations',
    });
  });

  test('carry the risk', () => {
    expect(load('filesystem').evaluate({ server: 'filesystem', tool: 'delete_file' }).risk).toBe('critical');
    expect(load('browser').evaluate({ server: 'x', tool: 'x' }).risk).toBe('medium');
  });

  test('merge: the base is tried first, then the other; the defaults of the base stay', () => {
    const merged = load('merge-base').merge(load('merge-filesystem'));
    const decide = (tool: string) => merged.evaluate({ server: 'filesystem', tool });
    expect(decide('drop_table')).toMatchObject({ action: 'block', ruleName: 'block_destructive_everywhere' });
    expect(decide('read_file')).toMatchObject({ action: 'allow', ruleName: 'allow_reads_everywhere' });
    expect(decide('write_file')).toMatchObject({ action: 'review', ruleName: 'fs_approve_writes', risk: 'medium' });
    expect(decide('delete_file')).toMatchObject({ action: 'block', ruleName: 'fs_block_deletes' });
    expect(decide('move_file')).toMatchObject({ action: 'review', ruleName: '<default>', risk: 'high' });
  });

  test('hierarchy: no team and no agent can override what the organisation blocks', () => {
    const team = Policy.from({ defaults: { action: 'allow' }, rules: [] });
    const hierarchy = new PolicyHierarchy({ org: load('merge-base'), team, agent: team });
    const decision = hierarchy.evaluate({ server: 'database', tool: 'drop_table' });
    expect(decision).toMatchObject({ action: 'block', layer: 'org', ruleName: 'block_destructive_everywhere' });
    expect(decision.conflicts).toEqual(['team: allow (rule <default>)', 'agent: allow (rule <default>)']);
    expect(hierarchy.flatten().evaluate({ server: 'database', tool: 'drop_table' })).toEqual(decision);
  });
});
