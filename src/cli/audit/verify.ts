import { readFileSync } from 'node:fs';
import { AuditError } from '../../audit/audit-error.js';
import { parseSignedHead, type SignedHead } from '../../audit/chain/signed-head.js';
import { type Command, EXIT } from '../command.js';
import { parseFlags } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import { PLACE_FLAGS, progressOf, URL_HELP, withRecord } from './open-record.js';

const FLAGS = { ...PLACE_FLAGS, checkpoint: { type: 'string' }, json: { type: 'boolean' } } as const;

/** `mcp-governance audit verify`: whether the record is as it was written. */
export const verify: Command = {
  name: 'verify',
  summary: 'reads the whole record and names the first event that was changed, moved or removed',
  help: [
    'Usage: mcp-governance audit verify [--checkpoint file] [--url u] [--json]',
    '',
    'Without a checkpoint, a record whose newest events were cut off looks like a shorter one.',
    '',
    'Options:',
    '  --checkpoint f  what `audit checkpoint -o f` wrote earlier, kept where nobody who writes the record can change it',
    URL_HELP,
    '  --json          print one object { ok, firstBad, count, head, checkpoint } and nothing else',
    '  --help          this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}   every event is as it was written`,
    `  ${EXIT.failed}   one is not, or is missing, or retention has removed what the checkpoint would be compared with`,
    `  ${EXIT.usage}   the command line cannot be understood, or the record or the checkpoint cannot be read`,
  ].join('\n'),
  async run(args, terminal) {
    const given = parseFlags(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${verify.help}\n`);
      return EXIT.ok;
    }
    return withRecord({ url: given.url }, terminal, async (record) => {
      const checkpoint = given.checkpoint === undefined ? undefined : readCheckpoint(given.checkpoint);
      const onProgress = progressOf(terminal, 'Read');
      const result = await record.verify({ ...(checkpoint && { checkpoint }), onProgress });
      if (given.json === true) terminal.out(`${JSON.stringify(result, null, 2)}\n`);
      else if (result.firstBad) {
        const { seq, id, why } = result.firstBad;
        terminal.out(`${terminal.paint('red', 'BAD')}  event ${seq}${id === undefined ? '' : ` (${id})`}: ${why}\n`);
      } else if (checkpoint && result.checkpoint === 'pruned') {
        const label = terminal.paint('yellow', 'NOT COMPARED');
        terminal.out(
          `${label}  the checkpoint of ${checkpoint.timestamp} lies in what was pruned; nothing was compared. What is left, ${result.count.toLocaleString('en')} events, is whole and in order by itself\n`,
        );
      } else {
        const upTo = checkpoint ? `, and as the checkpoint of ${checkpoint.timestamp} says` : '';
        terminal.out(
          `${terminal.paint('green', 'ok')}  ${result.count.toLocaleString('en')} events, whole and in order${upTo}\n`,
        );
      }
      return result.ok ? EXIT.ok : EXIT.failed;
    });
  },
};

function readCheckpoint(file: string): SignedHead {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (fault) {
    throw new AuditError(`${harmless(file)} cannot be read.`, { cause: fault });
  }
  const head = parseSignedHead(text);
  if (head?.kind === 'checkpoint') return head;
  throw new AuditError(`${harmless(file)} is no checkpoint. \`mcp-governance audit checkpoint -o file\` writes one.`);
}
