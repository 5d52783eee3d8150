import { isJsonObject, type JsonObject } from '../../call/json.js';

/** A tool as its server describes it. */
export interface ListedToolSchema {
  readonly name: string;
  readonly inputSchema?: JsonObject;
}

/** The tools of a server. */
export interface ToolList {
  /** The server's name for matching; undefined: whatever server the rules name. */
  readonly server?: string | undefined;
  readonly tools: readonly ListedToolSchema[];
}

/** Reads the result of `tools/list`, or the list in it; undefined where it is neither. */
export function readToolList(value: unknown): readonly ListedToolSchema[] | undefined {
  const result = isJsonObject(value) && isJsonObject(value['result']) ? value['result'] : value;
  const list: unknown = isJsonObject(result) ? result['tools'] : result;
  if (!Array.isArray(list)) return undefined;
  const tools: ListedToolSchema[] = [];
  for (const tool of list as unknown[]) {
    if (!isJsonObject(tool) || typeof tool['name'] !== 'string') return undefined;
    const { name, inputSchema } = tool;
    tools.push(isJsonObject(inputSchema) ? { name, inputSchema } : { name });
  }
  return tools;
}
