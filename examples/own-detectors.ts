// Patterns of your own for the built-in scanner, and values that are no findings.
import assert from 'node:assert/strict';
import { RegexPIIScanner } from 'mcp-governance';

// #region detectors
const scanner = new RegexPIIScanner({
  exclude: ['ip_address'],
  detectors: [
    { type: 'employee_id', pattern: /\bEMP-\d{6}\b/ },
    {
      type: 'patient_number',
      category: 'pii',
      pattern: '\\b[0-9]{8}\\b',
      keywords: ['patient', 'chart'],
      validate: (value) => Number(value) % 97 === 1,
    },
  ],
  allow: ['support@example.com', /.*@example\.org/],
});
// #endregion

const types = (text: string) => scanner.scan(text).map(({ type }) => type);

assert.deepEqual(types('EMP-204417 wrote to support@example.com from 192.0.2.1'), ['employee_id']);
assert.deepEqual(types('patient 10000022'), ['patient_number']);
assert.deepEqual(types('patient 10000023'), [], 'fails its check');
assert.deepEqual(types('order 10000022'), [], 'no keyword nearby');
assert.deepEqual(types('bob@example.org, bob@example.net'), ['email']);

console.log('ok: own detectors find what they describe, and nothing else');
