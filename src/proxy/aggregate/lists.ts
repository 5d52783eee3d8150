import { isJsonObject, type JsonObject } from '../../call/json.js';
import type { Message } from '../../session/message.js';
import type { Route } from '../peer.js';
import type { Member } from './member.js';
import { prefixed } from './prefix.js';

/** A list that servers give page by page. */
export interface ListKind {
  /** The member of the result that holds the items. */
  readonly key: string;
  /** What a server must be able to do to be asked. */
  readonly capability: string;
  /** True where items are named, and names are prefixed. */
  readonly named: boolean;
}

/** Every list there is, by its method. */
export const LISTS: Readonly<Record<string, ListKind>> = {
  'tools/list': { key: 'tools', capability: 'tools', named: true },
  'prompts/list': { key: 'prompts', capability: 'prompts', named: true },
  'resources/list': { key: 'resources', capability: 'resources', named: false },
  'resources/templates/list': { key: 'resourceTemplates', capability: 'resources', named: false },
  'tasks/list': { key: 'tasks', capability: 'tasks', named: false },
};

/** Items of one server; a server must not keep all others waiting by pages without end. */
const MOST_ITEMS = 100_000;
const MOST_PAGES = 1_000;

/** What one server lists, or the error it answered with. */
export type Listing =
  { readonly result: JsonObject; readonly items: readonly JsonObject[] } | { readonly error: unknown };

/** Asks one server for its list, all pages of it; names come prefixed. */
export async function listAll(
  member: Member,
  request: Message,
  { key, named }: ListKind,
  route: Route | undefined,
): Promise<Listing> {
  const items: JsonObject[] = [];
  let first: JsonObject | undefined;
  let cursor: unknown;
  for (let page = 0; page < MOST_PAGES && items.length < MOST_ITEMS; page++) {
    const params = isJsonObject(request.params) ? request.params : {};
    const asked = cursor === undefined ? request : { ...request, params: { ...params, cursor } };
    const { result, error } = await member.asked(asked, route);
    // What was listed before counts: a page that fails must not hide those that did not.
    if (!isJsonObject(result)) return first === undefined ? { error } : { result: first, items };
    first ??= result;
    const listed: unknown = result[key];
    for (const item of Array.isArray(listed) ? listed : []) {
      if (isJsonObject(item)) items.push(named ? withPrefix(item, member.name) : item);
    }
    const next = result['nextCursor'];
    if (typeof next !== 'string' || next === cursor) break;
    cursor = next;
  }
  return { result: first ?? {}, items };
}

function withPrefix(item: JsonObject, server: string): JsonObject {
  const { name } = item;
  return typeof name === 'string' ? { ...item, name: prefixed(server, name) } : item;
}
