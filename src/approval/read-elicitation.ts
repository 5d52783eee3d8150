import { z } from 'zod';
import type { ElicitationAnswer } from '../call/call-host.js';
import { isJsonObject } from '../call/json.js';

/** The answer to `elicitation/create`, as the protocol knows it. */
export const answerSchema = z.object({
  action: z.enum(['accept', 'decline', 'cancel']),
  content: z.record(z.string(), z.unknown()).nullish(),
});

/** What the client answered to a question; anything else than the protocol knows counts as no answer. */
export function toElicitationAnswer(value: unknown): ElicitationAnswer {
  const read = answerSchema.safeParse(value);
  return read.success ? { action: read.data.action, content: read.data.content ?? undefined } : { action: 'cancel' };
}

/** True where the capabilities that a client declares say that it can put a form before its user. */
export function declaresForms(capabilities: unknown): boolean {
  const elicitation = isJsonObject(capabilities) ? capabilities['elicitation'] : undefined;
  // An empty object stands for forms: that was all there was before other modes came.
  return isJsonObject(elicitation) && ('form' in elicitation || Object.keys(elicitation).length === 0);
}
