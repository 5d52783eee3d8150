import type { HostRequest } from '../call/host-request.js';
import { isJsonObject } from '../call/json.js';
import type { Principal } from '../call/tool-call.js';

/** A caller of whom nothing is known. */
export const NOBODY: Principal = Object.freeze({
  agent: '',
  user: '',
  attributes: Object.freeze({}),
  selfDeclared: true,
});

/** Principals that were settled before. */
const settled = new WeakSet<object>();

/** Principals by the object they were read from: a session keeps one such object for all its calls. */
const known = new WeakMap<object, Principal>();

/**
 * Tells who calls: from what the host's authentication found, else from what the client says of itself.
 *
 * Understands the MCP SDK's `authInfo` (`clientId`, `scopes`, `extra`) and, for fastmcp, the usual members of a session
 * (`user`, `userId`, `id`, `sub`, `email`, `agent`, `clientId`).
 */
export function identifyCaller(request: HostRequest): Principal {
  const source = request.auth ?? request.client;
  if (source === undefined) return NOBODY;
  let principal = known.get(source);
  if (principal === undefined) {
    principal = request.auth === undefined ? fromClient(request) : fromAuth(request.auth);
    known.set(source, principal);
  }
  return principal;
}

function fromClient(request: HostRequest): Principal {
  const { name, version } = request.client ?? {};
  return Object.freeze({ ...NOBODY, agent: text(name), attributes: Object.freeze({ clientVersion: text(version) }) });
}

function fromAuth(auth: object): Principal {
  const members = auth as Record<string, unknown>;
  const extra = isJsonObject(members['extra']) ? members['extra'] : {};
  const claims = { ...members, ...extra };
  const first = (...names: string[]): string =>
    names.map((name) => text(claims[name])).find((found) => found !== '') ?? '';
  const {
    token: _token,
    accessToken: _access,
    refreshToken: _refresh,
    idToken: _id,
    // Its members stand among the claims already; as a whole it would keep its tokens.
    extra: _extra,
    ...attributes
  } = claims as Record<string, unknown>;
  return Object.freeze({
    agent: first('agent', 'agentName', 'clientId', 'client_id', 'azp'),
    user: first('userId', 'user', 'sub', 'email', 'username', 'id'),
    attributes: Object.freeze(attributes),
    selfDeclared: false,
  });
}

function text(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : '';
}

/**
 * Settles what a user's `identify` gave back: at least an object; what it leaves out is empty, and it is trusted.
 *
 * @throws TypeError for anything but an object, and for a promise.
 */
export function toPrincipal(value: unknown): Principal {
  if (isJsonObject(value) && settled.has(value)) return value as unknown as Principal;
  if (!isJsonObject(value)) throw new TypeError('identify must give back an object');
  if (typeof value['then'] === 'function') {
    // A promise would otherwise pass for a trusted nobody; what it comes to is of no use any more.
    Promise.resolve(value).catch(() => undefined);
    throw new TypeError('identify must give back an object at once, not a promise');
  }
  const principal = Object.freeze({
    agent: text(value['agent']),
    user: text(value['user']),
    attributes: isJsonObject(value['attributes']) ? value['attributes'] : {},
    selfDeclared: value['selfDeclared'] === true,
  });
  settled.add(principal);
  return principal;
}

/** True where a request comes from this principal; not where nobody can tell. */
export function isFrom(
  principal: Principal,
  request: HostRequest,
  identify: ((request: HostRequest) => Principal) | undefined,
): boolean {
  try {
    const caller = identify === undefined ? identifyCaller(request) : toPrincipal(identify(request));
    const { agent, user, selfDeclared } = caller;
    return agent === principal.agent && user === principal.user && selfDeclared === principal.selfDeclared;
  } catch {
    return false;
  }
}
