import { isJsonObject, isOwn } from '../../call/json.js';
import type { Message } from '../../session/message.js';
import { decodeHeader, encodeHeader } from './mirrored-headers.js';

/** What the headers of tools' parameters begin with, in lower case. */
export const PARAM_PREFIX = 'mcp-param-';

/** One parameter of a tool that its server wants to see in a header, too. */
interface MirroredParam {
  /** In lower case, with its prefix. */
  readonly header: string;
  readonly path: readonly string[];
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
/** What a list of tools may have us remember. */
const MOST_TOOLS = 10_000;
const MOST_PARAMS = 64;
const DEEPEST = 16;

/**
 * The parameters that tools mirror into headers (`x-mcp-header` in their input schemas), as lists of tools declared them.
 *
 * Headers are made of the arguments that were judged: what a client wrote there itself is compared, and goes no further.
 */
export class ParamHeaders {
  readonly #byTool = new Map<string, readonly MirroredParam[]>();

  /** Notes what a result of `tools/list` declares. */
  note(result: unknown): void {
    const tools = isJsonObject(result) ? result['tools'] : undefined;
    if (!Array.isArray(tools)) return;
    for (const tool of tools as readonly unknown[]) {
      const { name, inputSchema } = isJsonObject(tool) ? tool : {};
      if (typeof name !== 'string') continue;
      const params: MirroredParam[] = [];
      collect(inputSchema, [], params);
      if (params.length === 0) this.#byTool.delete(name);
      else if (this.#byTool.size < MOST_TOOLS || this.#byTool.has(name)) this.#byTool.set(name, params);
    }
  }

  /** The headers of a call; none for other messages. */
  of(message: Message): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const { header, path } of this.#paramsOf(message)) {
      const value = textAt(message, path);
      if (value !== undefined) headers[header] = encodeHeader(value);
    }
    return headers;
  }

  /** The first header that does not say what the arguments say, among those that came with a call; or undefined. */
  disagreement(message: Message, came: Readonly<Record<string, string>>): string | undefined {
    return this.#paramsOf(message).find(({ header, path }) => {
      const value = textAt(message, path);
      if (value === undefined) return false;
      const said = came[header] === undefined ? undefined : decodeHeader(came[header]);
      return said !== value && !(isNumeric(value) && said !== undefined && isNumeric(said) && +said === +value);
    })?.header;
  }

  #paramsOf({ method, params }: Message): readonly MirroredParam[] {
    const name = method === 'tools/call' && isJsonObject(params) ? params['name'] : undefined;
    return typeof name === 'string' ? (this.#byTool.get(name) ?? []) : [];
  }
}

function collect(schema: unknown, path: readonly string[], params: MirroredParam[]): void {
  if (!isJsonObject(schema) || path.length > DEEPEST || params.length >= MOST_PARAMS) return;
  const header = schema['x-mcp-header'];
  if (typeof header === 'string' && path.length > 0 && TOKEN.test(header)) {
    params.push({ header: PARAM_PREFIX + header.toLowerCase(), path });
  }
  const { properties } = schema;
  if (!isJsonObject(properties)) return;
  for (const [key, child] of Object.entries(properties)) collect(child, [...path, key], params);
}

function textAt({ params }: Message, path: readonly string[]): string | undefined {
  let value: unknown = isJsonObject(params) ? params['arguments'] : undefined;
  for (const key of path) value = isJsonObject(value) && isOwn(value, key) ? value[key] : undefined;
  if (typeof value === 'string') return value;
  const isExact = typeof value === 'number' && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return isExact || typeof value === 'boolean' ? String(value) : undefined;
}

function isNumeric(text: string): boolean {
  return /^-?\d{1,20}(\.\d{1,20})?$/.test(text);
}
