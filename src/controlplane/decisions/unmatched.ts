import type { Decision } from '../../call/decision.js';

/** What the reference lets pass: no policy matches, on a server that nobody manages. */
export const UNMATCHED: Decision = Object.freeze({
  action: 'allow',
  reason: 'No policy matches this call',
  ruleName: '<default>',
});
