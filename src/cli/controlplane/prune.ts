import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlags } from '../parse-flags.js';
import { ageOf, DATABASE_FLAGS, DATABASE_HELP, USUAL_EXITS, withAdministration } from './flags.js';

const FLAGS = {
  ...DATABASE_FLAGS,
  'audit-days': { type: 'string' },
  'approval-days': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `mcp-governance controlplane prune`: retention, by hand. */
export const prune: Command = {
  name: 'prune',
  summary: 'removes old events and settled approval requests',
  help: [
    'Usage: mcp-governance controlplane prune [--audit-days n] [--approval-days n]',
    '',
    'Does once what a service does every hour that was started with the same options. What goes of the record',
    'leaves a signed head, so that the rest can be verified. Policies, their history and keys are kept.',
    '',
    'Options:',
    '  --audit-days n     events that are older go',
    '  --approval-days n  approval requests that were settled longer ago go',
    ...DATABASE_HELP,
    '  --json             print { approvals, sessions, links, events } and nothing else',
    '  --help             this text',
    '',
    'Exit codes:',
    ...USUAL_EXITS,
  ].join('\n'),
  async run(args, terminal) {
    const given = parseFlags(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${prune.help}\n`);
      return EXIT.ok;
    }
    const { auditMaxAgeMs } = ageOf('auditMaxAgeMs', 'audit-days', given['audit-days']);
    const { approvalMaxAgeMs } = ageOf('approvalMaxAgeMs', 'approval-days', given['approval-days']);
    if (auditMaxAgeMs === undefined && approvalMaxAgeMs === undefined) {
      throw new UsageError('say what is old: --audit-days, --approval-days or both');
    }
    const gone = await withAdministration(given, false, (opened) =>
      opened.removeOld({ auditMaxAgeMs, approvalMaxAgeMs }),
    );
    if (given.json === true) terminal.out(`${JSON.stringify(gone)}\n`);
    else terminal.out(`Removed ${gone.events} events and ${gone.approvals} approval requests\n`);
    return EXIT.ok;
  },
};
