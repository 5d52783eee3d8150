import { isDeepStrictEqual } from 'node:util';
import { parse, Scalar, stringify } from 'yaml';
import { z } from 'zod';
import { ACTIONS } from '../../call/action.js';
import { ConfigError } from '../../errors/config-error.js';
import { instant, name } from '../../wire/fields.js';
import { policyInput } from '../../wire/policies.js';
import { MAX_ROWS } from '../../wire/servers.js';
import type { StoredPolicy } from '../policies/stored-policy.js';

const HEAD = `# All policies of a controlplane, as \`mcp-governance controlplane export\` wrote them.
# \`mcp-governance controlplane import <file>\` brings them back under their ids.
# \`document\` is the policy document as it was written, its comments included.
`;

const schema = z.strictObject({
  version: z.literal(1),
  global_default: z.enum(ACTIONS),
  servers: z.array(
    z.strictObject({
      name: name(),
      managed: z.boolean().optional(),
      tools: z.array(z.strictObject({ name: name(), action: z.enum(ACTIONS) })).max(MAX_ROWS),
    }),
  ),
  policies: z.array(policyInput.extend({ id: name(64), created_at: instant, created_by: name() })),
  document: z.string(),
});

/** All that people decided, as it stands in a file: no history, no revisions, nothing that doors reported. */
export type PoliciesFile = z.infer<typeof schema>;

/** A policy as it stands in a file: what is as by default is left out. */
export function toFiled(policy: StoredPolicy): PoliciesFile['policies'][number] {
  const { id, workflow_name, action, reason, category, metadata, conditions, approvers } = policy;
  const { mandatory, final, enabled, expires_at, created_at, created_by } = policy;
  return {
    id,
    workflow_name,
    action,
    ...(reason === null ? {} : { reason }),
    ...(category === null ? {} : { category }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(Object.keys(conditions).length === 0 ? {} : { conditions }),
    ...(approvers.length === 0 ? {} : { approvers }),
    ...(mandatory ? { mandatory } : {}),
    ...(final ? { final } : {}),
    ...(enabled ? {} : { enabled }),
    ...(expires_at === null ? {} : { expires_at }),
    created_at,
    created_by,
  };
}

/** Writes a file. The same content gives the same text, so that two exports can be compared line by line. */
export function writePoliciesFile(file: PoliciesFile): string {
  const text = render(file, 'literal');
  // Of some texts, as of blanks alone, a block would lose a part; quoted, every one is kept.
  return isDeepStrictEqual(parse(text), file) ? text : render(file, false);
}

function render(file: PoliciesFile, blockQuote: 'literal' | false): string {
  const document = new Scalar(file.document);
  document.type = blockQuote === false ? Scalar.QUOTE_DOUBLE : Scalar.BLOCK_LITERAL;
  return HEAD + stringify({ ...file, document }, { blockQuote, lineWidth: 0, aliasDuplicateObjects: false });
}

/**
 * Reads a file.
 *
 * @throws ConfigError with everything that is wrong.
 */
export function readPoliciesFile(text: string): PoliciesFile {
  let written: unknown;
  try {
    written = parse(text, { maxAliasCount: 0 });
  } catch (fault) {
    throw new ConfigError(`The file is no YAML: ${(fault as Error).message}`, { cause: fault });
  }
  const checked = schema.safeParse(written);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ConfigError(`The file is no export of policies: ${problems.join('; ')}`);
}
