import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Message } from '../../../session/message.js';
import { INVALID_PARAMS, INVALID_REQUEST, type Frame } from '../../frame.js';
import { decodeHeader, nameOf } from '../mirrored-headers.js';
import { PARAM_PREFIX } from '../param-headers.js';
import { BATCH_REVISION, claimedRevision, isSingle, SESSION_REVISIONS, SINGLE_REVISIONS } from '../revision.js';
import { requestsOf } from './posted.js';
import { HEADER_MISMATCH, HttpRefusal, SERVER_ERROR, UNSUPPORTED_REVISION } from './refusal.js';

/** Most messages of one batch. */
const MOST_IN_BATCH = 100;

/**
 * Finds the revision that a POST is of, and refuses one whose headers say something else than its body: what stands
 * between may have let it through for what the headers say. What a session agreed on goes for those that name none.
 *
 * @returns A revision that is known here.
 * @throws HttpRefusal 400.
 */
export function agreeOnRevision(
  { headers }: IncomingMessage,
  frames: readonly Frame[],
  isBatch: boolean,
  agreed: string | undefined,
): string {
  const [first] = frames;
  if (first === undefined) throw new HttpRefusal(400, INVALID_REQUEST, 'Invalid request: an empty batch.');
  const named = one(headers, 'mcp-protocol-version');
  const claims = frames.map(({ message }) => claimedRevision(message));
  const isSingles = isSingle(named) || claims.some((claim) => claim !== undefined);
  if (isBatch) {
    checkBatch(frames, isSingles || hasMirrored(headers));
  } else checkMirrored(headers, first.message, isSingles);
  if (!isSingles) return checkNamed(named, agreed, isBatch);
  const { id, method } = first.message;
  const [claim] = claims;
  if (claim !== undefined && named !== undefined && claim !== named) throw mismatch('mcp-protocol-version', id);
  const isRequest = method !== undefined && id !== undefined;
  if (isRequest && named === undefined) throw mismatch('mcp-protocol-version', id);
  if (isRequest && claim === undefined) {
    throw new HttpRefusal(400, INVALID_PARAMS, 'Invalid params: _meta does not name the protocol version.', { id });
  }
  const revision = claim ?? named;
  if (!isSingle(revision)) {
    throw new HttpRefusal(400, UNSUPPORTED_REVISION, 'Unsupported protocol version.', {
      id,
      data: { supported: SINGLE_REVISIONS, ...(typeof claim === 'string' ? { requested: claim.slice(0, 64) } : {}) },
    });
  }
  if (method === undefined) throw new HttpRefusal(400, INVALID_REQUEST, 'Invalid request: answers are not taken.');
  return revision;
}

/**
 * Checks the revision that a request of a session names.
 *
 * @throws HttpRefusal 400 for one that nobody here knows.
 */
export function checkNamed(named: string | undefined, agreed: string | undefined, isBatch = false): string {
  if (named !== undefined && !SESSION_REVISIONS.includes(named)) {
    throw new HttpRefusal(400, SERVER_ERROR, 'Bad Request: this MCP-Protocol-Version is not supported here.', {
      data: { supported: [...SESSION_REVISIONS, ...SINGLE_REVISIONS] },
    });
  }
  const revision = named ?? agreed ?? BATCH_REVISION;
  if (isBatch && (agreed ?? revision) !== BATCH_REVISION) {
    throw new HttpRefusal(400, INVALID_REQUEST, `Invalid request: batches are for revision ${BATCH_REVISION} only.`);
  }
  return revision;
}

/** `Mcp-Param-*` of a request, by their names in lower case. */
export function paramHeadersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  for (const name in headers) if (name.startsWith(PARAM_PREFIX)) params[name] = String(headers[name]);
  return params;
}

function checkBatch(frames: readonly Frame[], isOtherwise: boolean): void {
  if (isOtherwise || frames.length > MOST_IN_BATCH || frames.some(({ message }) => message.method === 'initialize')) {
    throw new HttpRefusal(400, INVALID_REQUEST, 'Invalid request: this must not be sent as a batch.');
  }
  const ids = requestsOf(frames);
  if (new Set(ids).size < ids.length) {
    throw new HttpRefusal(400, INVALID_REQUEST, 'Invalid request: two requests of a batch have the same id.');
  }
}

function checkMirrored(headers: IncomingHttpHeaders, message: Message, isNeeded: boolean): void {
  const { id, method } = message;
  const [saidMethod, saidName] = [one(headers, 'mcp-method'), one(headers, 'mcp-name')];
  const isRequest = method !== undefined && id !== undefined;
  const [needsMethod, name] = [isNeeded && isRequest, nameOf(message)];
  if (saidMethod === undefined ? needsMethod : saidMethod.trim() !== method) throw mismatch('mcp-method', id);
  if (saidName === undefined ? needsMethod && name !== undefined : isOther(saidName, name, message)) {
    throw mismatch('mcp-name', id);
  }
}

/** A name where the body has none is ignored as long as nothing is named by it. */
function isOther(said: string, name: string | undefined, { method }: Message): boolean {
  const decoded = decodeHeader(said);
  return name === undefined ? method === 'tools/call' || decoded === undefined : decoded !== name;
}

function hasMirrored(headers: IncomingHttpHeaders): boolean {
  return headers['mcp-method'] !== undefined || headers['mcp-name'] !== undefined;
}

function mismatch(header: string, id: unknown): HttpRefusal {
  return new HttpRefusal(
    400,
    HEADER_MISMATCH,
    `Header mismatch: ${header} is missing or does not say what the body says.`,
    {
      id,
    },
  );
}

function one(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
