// Asks at the terminal it is started from, and says on standard output (a pipe of its own) what was answered.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { CannotAskError, promptApproval } from '../../../dist/index.js';

const { requests, error, timeoutMs } = JSON.parse(process.env.ASKING);
const over = new AbortController();
if (timeoutMs !== undefined) setTimeout(() => over.abort(), timeoutMs);
const answers = await Promise.all(
  requests.map(async (request) => {
    try {
      return await promptApproval(error, { ...request, signal: over.signal });
    } catch (fault) {
      return { cannotAsk: fault instanceof CannotAskError, text: fault.message };
    }
  }),
);
writeFileSync(process.env.ANSWERS, JSON.stringify(answers));
