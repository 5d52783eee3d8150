import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { JsonError, parseJson } from '../call/read-json.js';
import { LONGEST_NAME } from './pinned-part.js';
import { MOST_SERVERS, MOST_TOOLS, type Pin, type PinBook, type Pinned, type ServerPins } from './pin-book.js';

/** As it is: a copy would lose members that are called `__proto__`. */
const jsonObject = z.custom<JsonObject>(isJsonObject);

const pinned = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  definition: jsonObject,
});
const pin = z.strictObject({
  name: z.string().max(LONGEST_NAME).optional(),
  accepted: pinned.optional(),
  pending: pinned.optional(),
  missing: z.iso.datetime().optional(),
});
const server = z.strictObject({
  name: z.string().max(LONGEST_NAME),
  pages: z.int().min(0),
  complete: z.boolean(),
  instructions: pin.optional(),
  tools: z.array(pin.extend({ name: z.string().max(LONGEST_NAME) })).max(MOST_TOOLS),
});
const file = z.strictObject({
  mcp_governance_pins: z.literal(1),
  servers: z.array(server).max(MOST_SERVERS),
});

/**
 * Reads pins as they are kept.
 *
 * @returns Undefined for anything else, in whole or in part: a pin that cannot be read must not be taken for none.
 */
export function readPins(text: string): PinBook | undefined {
  const read = file.safeParse(parse(text));
  if (!read.success) return undefined;
  const book = new Map(read.data.servers.map((each) => [each.name, toServer(each)]));
  const isWhole = read.data.servers.every(({ name, tools }) => book.get(name)?.tools.size === tools.length);
  return isWhole && book.size === read.data.servers.length ? book : undefined;
}

/** Writes pins, for {@link readPins} and for people: by name, and one member a line. */
export function writePins(book: PinBook): string {
  const servers = [...book].sort(byName).map(([name, { tools, ...of }]) => ({
    name,
    pages: of.pages,
    complete: of.complete,
    ...(of.instructions && { instructions: of.instructions }),
    tools: [...tools].sort(byName).map(([tool, each]) => ({ name: tool, ...each })),
  }));
  return `${JSON.stringify({ mcp_governance_pins: 1, servers }, undefined, 2)}\n`;
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (fault) {
    if (fault instanceof JsonError) return undefined;
    throw fault;
  }
}

function toServer({ pages, complete, instructions, tools }: z.infer<typeof server>): ServerPins {
  return {
    pages,
    complete,
    instructions: instructions && toPin(instructions),
    tools: new Map(tools.map((each) => [each.name, toPin(each)])),
  };
}

function toPin({ accepted, pending, missing }: z.infer<typeof pin>): Pin {
  return { accepted: accepted satisfies Pinned | undefined, pending, missing };
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
