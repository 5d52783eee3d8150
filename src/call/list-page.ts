import type { ListPage } from './host-request.js';
import { isJsonObject } from './json.js';

/**
 * Which page of a list a request and its answer are.
 *
 * An empty cursor ends a list as none does: clients go on for neither. What is no text cannot be asked for either.
 */
export function pageOf(params: unknown, result: unknown): ListPage {
  const cursor = isJsonObject(params) ? params['cursor'] : undefined;
  const nextCursor = isJsonObject(result) ? result['nextCursor'] : undefined;
  return { cursor: textOrNone(cursor), nextCursor: textOrNone(nextCursor) };
}

function textOrNone(cursor: unknown): string | undefined {
  return typeof cursor === 'string' && cursor !== '' ? cursor : undefined;
}
