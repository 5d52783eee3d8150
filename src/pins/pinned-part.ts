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
  const definition: JsonObject = {};
  const onWire: JsonObject = { name: tool['name'] };
  for (const [field, wireName] of FIELDS) {
    if (tool[field] === undefined) continue;
    definition[field] = tool[field];
    onWire[wireName] = tool[field];
  }
  return isPinnable(definition) ? { fingerprint: definitionFingerprint(onWire), definition } : undefined;
}

/** What of a server's instructions is pinned: all of it. Undefined for a text that is too long. */
export function pinnedInstructions(instructions: string | undefined): PinnedPart | undefined {
  const definition: JsonObject = instructions === undefined ? {} : { instructions };
  return isPinnable(definition) ? { fingerprint: definitionFingerprint(definition), definition } : undefined;
}

function isPinnable(definition: JsonObject): boolean {
  return !isDeeper(definition, MOST_LEVELS) && JSON.stringify(definition).length <= MOST_CHARACTERS;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const within: unknown[] = isJsonObject(value) ? Object.values(value) : (value as unknown[]);
  return within.some((each) => isDeeper(each, levels - 1));
}
