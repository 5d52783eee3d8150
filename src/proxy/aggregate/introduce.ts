import { isJsonObject, type JsonObject, setMember } from '../../call/json.js';
import type { Member } from './member.js';

/** What several servers say of themselves when a session begins, as one. */
export function introduce(said: readonly (readonly [member: Member, result: JsonObject])[]): JsonObject {
  const results = said.map(([, result]) => result);
  const versions = results.flatMap(({ protocolVersion: each }) => (typeof each === 'string' ? [each] : []));
  const supported = results.flatMap(({ supportedVersions: each }) => (Array.isArray(each) ? [each as unknown[]] : []));
  const [fewest] = supported;
  const instructions = said.flatMap(([{ name }, { instructions: each }]) =>
    typeof each === 'string' && each !== '' ? [`${name}:\n${each}`] : [],
  );
  return {
    ...results[0],
    // All of them have to be spoken with in the same words: the oldest are understood by each.
    ...(versions.length === 0 ? {} : { protocolVersion: versions.sort()[0] }),
    ...(fewest === undefined
      ? {}
      : { supportedVersions: fewest.filter((each) => supported.every((list) => list.includes(each))) }),
    capabilities: results.map(({ capabilities }) => capabilities).reduce<unknown>(merge, {}),
    serverInfo: { name: 'mcp-governance', title: said.map(([{ name }]) => name).join(', '), version: '1' },
    instructions: instructions.length === 0 ? undefined : instructions.join('\n\n'),
  };
}

/** Whatever one of them can do. */
function merge(all: unknown, one: unknown): unknown {
  if (!isJsonObject(all) || !isJsonObject(one)) return one === undefined || all === true ? all : one;
  const merged: JsonObject = { ...all };
  for (const [key, value] of Object.entries(one)) {
    setMember(merged, key, Object.hasOwn(all, key) ? merge(all[key], value) : value);
  }
  return merged;
}
