import { isJsonObject, type JsonObject, setMember } from '../../call/json.js';
import { instant } from '../../policy/schema-parts.js';
import type { PolicyCall } from '../../policy/subject.js';
import { UsageError } from '../command.js';

/** What the command line says of a call. */
export interface CallFlags {
  readonly tool: string;
  readonly server?: string | undefined;
  readonly args?: string | undefined;
  readonly agent?: string | undefined;
  readonly user?: string | undefined;
  readonly attr?: readonly string[] | undefined;
  readonly annotations?: string | undefined;
  readonly now?: string | undefined;
}

/**
 * Makes a call of flags.
 *
 * @throws UsageError naming the flag, and never quoting what stands behind it.
 */
export function callFromFlags(flags: CallFlags): PolicyCall {
  const { tool, server, agent = '', user = '', annotations, now } = flags;
  return {
    tool,
    ...(server === undefined ? {} : { server }),
    arguments: flags.args === undefined ? {} : objectFrom(flags.args, '--args'),
    principal: { agent, user, attributes: attributesFrom(flags.attr ?? []) },
    ...(annotations === undefined ? {} : { annotations: objectFrom(annotations, '--annotations') }),
    ...(now === undefined ? {} : { now: momentFrom(now) }),
  };
}

function objectFrom(text: string, flag: string): JsonObject {
  const value = jsonFrom(text);
  if (isJsonObject(value)) return value;
  throw new UsageError(`${flag} is no JSON object. Write it in single quotes: ${flag} '{ "name": "value" }'`);
}

function attributesFrom(pairs: readonly string[]): JsonObject {
  const attributes: JsonObject = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError('--attr is a name and a value: --attr role=admin');
    const text = pair.slice(at + 1);
    setMember(attributes, pair.slice(0, at), jsonFrom(text) ?? text);
  }
  return attributes;
}

function momentFrom(text: string): Date {
  if (!instant.safeParse(text).success) {
    throw new UsageError('--now is a moment such as 2027-01-31T18:00:00Z, with Z or an offset, or a day');
  }
  return new Date(text);
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Node's own text would quote the value.
    return undefined;
  }
}
