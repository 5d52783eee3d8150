// Keeps intents and outcomes until it is killed, and says what it was promised: `i id`, `e id`.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { AuditLogger } from '../../dist/index.js';

const [, , url, round] = process.argv;
const logger = new AuditLogger({ url, required: true });
const CALLERS = 8;

await Promise.all(Array.from({ length: CALLERS }, (_, caller) => calls(caller)));

async function calls(caller) {
  for (let call = 0; ; call++) {
    const id = `${round}-${caller}-${call}`;
    const event = eventOf(id);
    await logger.intend(event);
    writeSync(1, `i ${id}\n`);
    await logger.write(event);
    writeSync(1, `e ${id}\n`);
  }
}

function eventOf(id) {
  return {
    id,
    timestamp: new Date().toISOString(),
    ...{
      sessionId: 'soak',
      agent: 'soak',
      user: '',
      door: 'middleware',
      server: 'soak',
      tool: 'tool',
      policyId: 'mcp:soak:tool',
    },
    ...{ method: 'tools/call: tool', action: 'allow', policyDecision: 'allow', policyConflicts: [], params: { id } },
    ...{ findings: [], resultStatus: 'success', durationMs: 1, governanceMs: 1, failedOpen: [] },
  };
}
