import { expect, test } from '@jest/globals';
import { ATTRIBUTES } from '../../src/telemetry/attributes.js';
import { nameAttributes } from '../../src/telemetry/attribute-names.js';

const entries = Object.values(ATTRIBUTES);
const REFERENCE = [
  ...['server_name', 'tool_name', 'policy_id', 'governance_checked', 'governance_action', 'policy_reason'],
  ...['governance_timestamp', 'audit_agent', 'audit_user', 'params_hash', 'policy_skipped', 'throttle_delay_ms'],
  ...['approval_status', 'approval_approver', 'approval_elapsed_ms', 'pii_input_types', 'pii_output_types'],
  ...[
    'pii_redacted',
    'rate_limited',
    'policy_revision',
    'matched_rule',
    'failed_open',
    'snapshot_age_ms',
    'policy_overridden',
  ],
  'definition_changed',
];

test('the reference names are there letter for letter, and those of OpenTelemetry', () => {
  const names = entries.map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('waxell.mcp.')).sort()).toEqual(
    REFERENCE.map((name) => `waxell.mcp.${name}`).sort(),
  );
  expect(names.filter((name) => !name.startsWith('waxell.mcp.')).sort()).toEqual([
    'error.type',
    'gen_ai.operation.name',
    'gen_ai.tool.name',
    'mcp.method.name',
    'mcp.session.id',
    'network.transport',
  ]);
  expect(new Set(names).size).toBe(names.length);
});

test('every attribute says what it means', () => {
  for (const { meaning } of entries) expect(meaning).toMatch(/\.$/);
});

test('another prefix takes the place of the first, and leaves the names of OpenTelemetry alone', () => {
  const names = nameAttributes('acme.');
  expect(names.policyId).toBe('acme.policy_id');
  expect(names.session).toBe('mcp.session.id');
  expect(nameAttributes('$&.').toolName).toBe('$&.tool_name');
  expect(nameAttributes('waxell.mcp.')).toEqual(
    Object.fromEntries(Object.entries(ATTRIBUTES).map(([key, { name }]) => [key, name])),
  );
});
