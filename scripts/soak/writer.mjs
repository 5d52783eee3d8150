// Keeps intents and outcomes until it is killed, and says what it was promised: `i id`, `e id`.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { AuditLogger } from '../../dist/index.js';
import { eventOf } from './event.mjs';

const [, , url, round] = process.argv;
const logger = new AuditLogger({ url, required: true });
const CALLERS = 32;

await Promise.all(Array.from({ length: CALLERS }, (_, caller) => calls(caller)));

async function calls(caller) {
  for (let call = 0; ; call++) {
    const id = `${round}-${caller}-${call}`;
    const event = eventOf(id);
    await logger.intend(event);
    say(`i ${id}\n`);
    await logger.write(event);
    say(`e ${id}\n`);
  }
}

/** Where nobody reads fast enough the pipe is full for a while: a promise is said before the next one is asked for. */
function say(line) {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (fault) {
      if (fault.code !== 'EAGAIN') throw fault;
    }
  }
}
