import { expect, test } from '@jest/globals';
import { looksSealed, openState, sealState } from '../../src/approval/sealed-state.js';

test('opens for what it was sealed for, and for nothing else', () => {
  const state = sealState('id-1', 'write_file');
  expect(looksSealed(state)).toBe(true);
  expect(state).not.toContain('id-1');
  expect(openState(state, 'write_file')).toBe('id-1');
  expect(openState(state, 'read_file')).toBeUndefined();
});

test('no character of it can be another', () => {
  const state = sealState('id-1', 'x');
  const start = state.lastIndexOf('.') + 1;
  for (let at = start; at < state.length - 1; at++) {
    const other = state[at] === 'A' ? 'B' : 'A';
    expect(openState(state.slice(0, at) + other + state.slice(at + 1), 'x')).toBeUndefined();
  }
});

test.each(['', 'sealed', 'mcp-governance.1.', 'mcp-governance.1.AAAA', `mcp-governance.1.${'A'.repeat(5000)}`])(
  '%.30s opens nothing',
  (state) => {
    expect(openState(state, 'x')).toBeUndefined();
  },
);
