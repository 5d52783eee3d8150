import { expect, test } from '@jest/globals';
import * as entry from '../src/index.js';

test('the entry has these names and no others: one more or less is a change of the interface', () => {
  expect(Object.keys(entry).sort()).toEqual([
    ...['ApprovalDeniedError', 'ApprovalTimeoutError', 'AuditError', 'AuditLogger', 'CancelledError', 'ConfigError'],
    ...['GovernanceError', 'GovernanceFailure', 'GovernanceMiddleware', 'LimitError', 'LoggingAuditLogger'],
    ...['MemorySink', 'PiiError'],
    ...[
      'Policy',
      'PolicyDocumentError',
      'PolicyHierarchy',
      'PolicyViolationError',
      'PolicyWatcher',
      'RateLimitError',
      'RegexPIIScanner',
    ],
    ...['ToolFilter', 'governToolCall', 'governance', 'isPolicyViolation', 'tool', 'toolsFrom'],
  ]);
});
