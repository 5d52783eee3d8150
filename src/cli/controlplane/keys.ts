import type { Administration, Role } from '../../controlplane/index.js';
import { nearest } from '../../errors/config-error.js';
import { ROLES } from '../../wire/role.js';
import { fit } from '../audit/fit.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { DATABASE_FLAGS, DATABASE_HELP, USUAL_EXITS, withAdministration } from './flags.js';

const FLAGS = {
  ...DATABASE_FLAGS,
  role: { type: 'string' },
  name: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const WORDS = ['create', 'list', 'revoke'] as const;
const MOST_NAME = 256;

/** `mcp-governance controlplane keys`: makes, shows and revokes keys. */
export const keys: Command = {
  name: 'keys',
  summary: 'makes, shows and revokes keys: create, list, revoke',
  help: [
    'Usage: mcp-governance controlplane keys create --role r --name n [--json]',
    '       mcp-governance controlplane keys list [--json]',
    '       mcp-governance controlplane keys revoke <id> [--json]',
    '',
    'A key is shown once, when it is made; only its hash is kept. A service that runs notices within a second.',
    'Roles, each person with what stands before: agent (doors), viewer, approver, editor, admin.',
    '',
    'Options:',
    '  --role r           agent, viewer, approver, editor or admin',
    '  --name n           whose it is: changes and approvals are recorded under it',
    ...DATABASE_HELP,
    '  --json             print { id, key, role }, { keys } or { id, revoked } and nothing else',
    '  --help             this text',
    '',
    'Exit codes:',
    ...USUAL_EXITS,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${keys.help}\n`);
      return EXIT.ok;
    }
    const [word, id, ...more] = words;
    const json = given.json === true;
    if (word === 'create' && id === undefined) {
      const [role, name] = [roleOf(given.role), nameOf(given.name)];
      return withAdministration(given, true, (opened) => create(opened, role, name, json, terminal));
    }
    if (word === 'list' && id === undefined) {
      return withAdministration(given, false, (opened) => list(opened, json, terminal));
    }
    if (word === 'revoke' && id !== undefined && more.length === 0) {
      return withAdministration(given, false, (opened) => revoke(opened, id, json, terminal));
    }
    throw new UsageError(misused(word));
  },
};

async function create(
  { keys: store }: Administration,
  role: Role,
  name: string,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const made = await store.create(name, role, 'command line');
  if (json) terminal.out(`${JSON.stringify({ id: made.id, key: made.key, role })}\n`);
  else {
    terminal.out(`${made.key}\n`);
    terminal.err(`The key of ${harmless(name)} (${role}, ${made.id}). It is not shown again.\n`);
  }
  return EXIT.ok;
}

async function list({ keys: store }: Administration, json: boolean, terminal: Terminal): Promise<number> {
  const all = await store.list();
  if (json) {
    terminal.out(`${JSON.stringify({ keys: all }, null, 2)}\n`);
    return EXIT.ok;
  }
  for (const { id, name, role, last_used_at: used, revoked_at: revoked } of all) {
    const state = revoked === null ? `last used ${used ?? 'never'}` : `revoked ${revoked}`;
    terminal.out(`${id}  ${role.padEnd(8)}  ${fit(harmless(name), 24)}  ${state}\n`);
  }
  if (all.length === 0) terminal.err('There are no keys.\n');
  return EXIT.ok;
}

async function revoke({ keys: store }: Administration, id: string, json: boolean, terminal: Terminal): Promise<number> {
  const revoked = await store.revoke(id);
  if (json) terminal.out(`${JSON.stringify({ id, revoked })}\n`);
  else if (revoked) terminal.out('Revoked, with all sessions that were opened with it.\n');
  else terminal.err('There is no key of this id: see `mcp-governance controlplane keys list`.\n');
  return revoked ? EXIT.ok : EXIT.failed;
}

function roleOf(text: string | undefined): Role {
  const role = ROLES.find((each) => each === text);
  if (role === undefined) throw new UsageError(`--role must be one of ${ROLES.join(', ')}`);
  return role;
}

function nameOf(text: string | undefined): string {
  if (text === undefined || text === '') throw new UsageError('--name is missing: say whose key it is');
  if (text.length <= MOST_NAME && harmless(text) === text) return text;
  throw new UsageError(`--name must be one line of at most ${MOST_NAME} characters that can all be seen`);
}

function misused(word: string | undefined): string {
  if (word === undefined) return `say what to do with keys: ${WORDS.join(', ')}`;
  if (word === 'revoke') return 'name the id of one key: see `keys list`';
  if (WORDS.some((each) => each === word)) return `keys ${word} takes no other words`;
  const near = nearest(word, WORDS);
  return `unknown keys command '${harmless(word)}'.${near === '' ? '' : ` Did you mean '${near}'?`}`;
}
