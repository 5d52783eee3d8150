import { definitionFingerprint } from '../call/definition-fingerprint.js';
import { isJsonObject, type JsonObject } from '../call/json.js';

/** What of a tool is pinned besides its name: by the protocol's names, and by those of the wire. */
const FIELDS = [
  ['title', 'title'],
  ['description', 'description'],
  ['inputSchema', 'input_schema'],
  ['outputSchema', 'output_schema'],
  ['annotations', 'annotations'],
] as const;

/** Nothing that a model is to read is longer: characters of JSON. */
const MOST_CHARACTERS = 512 * 1024;
/** UTF-16 units of a name. */
export const LONGEST_NAME = 1_024;
/** The file that keeps pins takes no deeper JSON than the wire does. */
const MOST_LEVELS = 64;

/** What of a definition is pinned. */
export interface PinnedPart {
  readonly fingerprint: string;
  readonly definition: JsonObject;
}

/**
 * What of a tool is pinned: its name, title, description, schemas and annotations.
 *
 * The fingerprint is the one that a controlplane has of the definition that a door reports.
 *
 * @param tool - As its server lists it.
 * @returns Undefined for a definition that is too large or too deep to be pinned.
 */
export function pinnedTool(tool: JsonObject): PinnedPart | undefined {
  const { name } = tool;
  if (typeof name !== 'string' || name.length > LONGEST_NAME) return undefined;
  const definition = asWritten(() => Object.fromEntries(FIELDS.map(([field]) => [field, tool[field]])));
  if (definition === undefined) return undefined;
  const onWire: JsonObject = { name };
  for (const [field, wireName] of FIELDS) onWire[wireName] = definition[field];
  return { fingerprint: definitionFingerprint(onWire), definition };
}

/** What of a server's instructions is pinned: all of it. Undefined for a text that is too long. */
export function pinnedInstructions(instructions: string | undefined): PinnedPart | undefined {
  const definition = asWritten(() => ({ instructions }));
  return definition && { fingerprint: definitionFingerprint(definition), definition };
}

/** As JSON writes it, for that is what a client reads; undefined for what cannot be written, or not be kept. */
function asWritten(read: () => JsonObject): JsonObject | undefined {
  try {
    const value = read();
    if (isDeeper(value, MOST_LEVELS)) return undefined;
    const text = JSON.stringify(value);
    return text.length > MOST_CHARACTERS ? undefined : (JSON.parse(text) as JsonObject);
  } catch {
    // A low-level server may list what is no JSON.
    return undefined;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const within: unknown[] = isJsonObject(value) ? Object.values(value) : (value as unknown[]);
  return within.some((each) => isDeeper(each, levels - 1));
}
