import type { CallNotification } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import type { BlockMode } from '../config/options.js';
import type { EnforcementPoint } from '../enforcement/enforcement-point.js';
import { JudgedError } from '../enforcement/late-answers.js';
import { toErrorResult } from '../enforcement/refusal-result.js';
import { RefusedError } from '../enforcement/rpc-errors.js';
import { GovernanceError } from '../errors/governance-error.js';
import type { Exchange, Outcome, Way } from '../session/exchange.js';
import { INVALID_CALL, readCall } from '../session/judged-params.js';
import { isId, type Message } from '../session/message.js';
import { Session } from '../session/session.js';
import { ClientSide, fingerprintOf, isModern } from './client-side.js';
import { type Frame, INVALID_PARAMS, INVALID_REQUEST, toFrame, toRefusal } from './frame.js';
import type { UpstreamKnowledge } from './knowledge.js';
import { OpenRequests } from './open-requests.js';
import type { Peer, Route } from './peer.js';

/** What of an enforcement point a relay needs. */
export type JudgingPoint = Pick<
  EnforcementPoint,
  'call' | 'list' | 'instructions' | 'notification' | 'taskResult' | 'invalidCall'
>;

/** What a relay is made of. */
export interface RelayOptions {
  readonly client: Peer;
  readonly upstream: Peer;
  /** Judges; it raises what it refuses, and `blockMode` says what becomes of that. */
  readonly point: JudgingPoint;
  readonly known: UpstreamKnowledge;
  /** What a refused caller gets: a result that says why, or a JSON-RPC error. */
  readonly blockMode: BlockMode;
  /** Told once nothing will be relayed any more, and which side ended. */
  readonly onClose?: (side: 'client' | 'upstream', why: string) => void;
}

/** The JSON-RPC code of a request that could not be passed on. */
const NOT_PASSED = -32000;

/** So many requests of one session may be under way. */
const MOST_OPEN = 10_000;

/** So many characters of calls may be under way before no more are read. */
const MOST_HELD = 64 * 1024 ** 2;

/** One session of a client before one session of its server, message by message: calls are judged, all else passes. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #client: ClientSide;
  readonly #session: Session<RelayWay>;
  /** Requests that nobody judges, until the server has answered. */
  readonly #passing = new OpenRequests();
  /** Requests that are judged and came by a route, until the client has its answer. */
  readonly #judged = new OpenRequests();
  /** How many are judged, those that want no answer too. */
  #calls = 0;
  #held = 0;
  /** What was sent to the client last; pending where the client takes no more. */
  #sent: Promise<void> | undefined;
  #idle: (() => void)[] = [];

  constructor(options: RelayOptions) {
    this.#options = options;
    const { client, point, known } = options;
    this.#client = new ClientSide(client);
    this.#session = new Session<RelayWay>({
      point,
      door: 'proxy',
      server: known,
      toRequest: (params, { signal, way }) => this.#client.toRequest(params, way.route, signal),
      hostOf: ({ way }, tool, request) => this.#client.hostOf(request, fingerprintOf(known.listed, tool), way.route),
      refused: (exchange, error, takesResult) => this.#refused(exchange, error, takesResult),
    });
  }

  /** Begins to relay. */
  start(): void {
    const { client, upstream, onClose } = this.#options;
    upstream.start({
      onFrame: (frame, route) => this.#fromUpstream(frame, route),
      onClose: (why) => {
        this.#session.lost(NOT_PASSED, why);
        onClose?.('upstream', why);
      },
    });
    client.start({
      onFrame: (frame, route) => this.#fromClient(frame, route),
      onClose: (why) => onClose?.('client', why),
    });
  }

  /** Ends all that is under way, then both sides. */
  async close(): Promise<void> {
    this.#session.closed();
    const { client, upstream } = this.#options;
    await Promise.all([client.close(), upstream.close()]);
  }

  /** Resolves when nothing of the client is under way. */
  idle(): Promise<void> {
    if (this.#calls + this.#passing.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #fromClient(frame: Frame, route: Route | undefined): void | Promise<void> {
    const { id, method, params } = frame.message;
    if (method === undefined) {
      return this.#client.answer(frame.message, route) ? undefined : this.#pass(frame, route);
    }
    if (!isId(id)) {
      if (method === 'tools/call') return this.#callTool(frame, route);
      const isCancel = method === 'notifications/cancelled' && isJsonObject(params);
      // Of a call that is still being judged the server never heard.
      return isCancel && !this.#session.cancel(params['requestId']) ? undefined : this.#pass(frame, route);
    }
    if (this.#session.has(id) || this.#passing.has(id)) {
      return this.#tell(toRefusal(id, INVALID_REQUEST, 'Another request of this id is under way.'), route);
    }
    if (this.#calls + this.#passing.size >= MOST_OPEN) {
      return this.#tell(toRefusal(id, NOT_PASSED, 'Too many requests are under way.'), route);
    }
    if (method === 'tools/call') return this.#callTool(frame, route);
    const way = new RelayWay(this.#options, frame, route, (message) => void this.#tell(message, route));
    const judged = this.#session.request(frame.message, way);
    if (judged !== undefined) return this.#track(judged, frame, route);
    if (method === 'initialize') this.#client.note(params);
    this.#passing.add(id, frame.message, route);
    return this.#pass(frame, route);
  }

  #callTool(frame: Frame, route: Route | undefined): void | Promise<void> {
    const { refusal } = frame;
    if (refusal !== undefined || readCall(frame.message) === undefined) {
      return this.#refuseInvalid(
        frame.message,
        refusal ?? toRefusal(frame.message.id, INVALID_PARAMS, INVALID_CALL),
        route,
      );
    }
    const way = new RelayWay(this.#options, frame, route, (message) => void this.#tell(message, route));
    return this.#track(this.#session.request(frame.message, way) as Promise<void>, frame, route);
  }

  /** Counts a request until it is answered. What is given back is pending where no more can be held. */
  #track(judged: Promise<void>, { text, message }: Frame, route: Route | undefined): void | Promise<void> {
    const size = text?.length ?? 0;
    this.#calls++;
    this.#held += size;
    if (route !== undefined && isId(message.id)) this.#judged.add(message.id, message, route);
    const done = (): void => {
      this.#held -= size;
      if (route !== undefined) this.#judged.take(message.id);
      if (--this.#calls === 0) this.#rest();
    };
    const settled = judged.then(done, (error: unknown) => {
      done();
      if (isId(message.id)) return this.#tell({ jsonrpc: '2.0', id: message.id, ...toError(error) }, route);
      return undefined;
    });
    return this.#held > MOST_HELD ? settled : undefined;
  }

  /** A call that is none leaves its event all the same. */
  async #refuseInvalid({ id, params }: Message, refusal: JsonObject, route: Route | undefined): Promise<void> {
    const { point, known } = this.#options;
    const said = isJsonObject(params) ? params : {};
    const { name } = said;
    const tool = typeof name === 'string' ? name : undefined;
    const definition = tool === undefined ? undefined : known.listed.definitions.get(tool);
    const request = this.#client.toRequest(said, route, route?.signal);
    await point.invalidCall({ server: known.name(), tool, definition, request });
    if (isId(id)) await this.#tell(refusal, route);
  }

  /** Passes a message on to the server, as it came. */
  #pass(frame: Frame, route: Route | undefined): Promise<void> {
    return this.#options.upstream.send(frame, route).catch((error: unknown) => {
      const { id, method } = frame.message;
      if (method === undefined || !isId(id) || !this.#passing.take(id)) return undefined;
      return this.#tell({ jsonrpc: '2.0', id, ...toError(error) }, route);
    });
  }

  #fromUpstream(frame: Frame, route: Route | undefined): void | Promise<void> {
    const { message } = frame;
    const { id, method } = message;
    if (method === undefined) this.#answer(frame, route);
    else if (isId(id)) return this.#options.client.send(frame, route).catch(() => undefined);
    else {
      const way = route ?? this.#judged.routeOf(message) ?? this.#passing.routeOf(message);
      this.#session.notify(message as CallNotification, (passed) => {
        this.#send(frame, passed, way);
      });
    }
    return this.#backlog();
  }

  #answer(frame: Frame, route: Route | undefined): void {
    const { message } = frame;
    const isJudged = this.#session.answer(message, (passed) => {
      this.#send(frame, passed, this.#judged.take(passed.id)?.route ?? route);
    });
    if (isJudged) return;
    const asked = this.#passing.take(message.id);
    // What nobody asked for, nobody judged.
    if (asked === undefined) return;
    if (asked.method === 'initialize' || asked.method === 'server/discover') this.#options.known.note(message.result);
    this.#session.afterwards(() => {
      this.#deliver(frame, asked.route ?? route);
    });
    if (this.#calls + this.#passing.size === 0) this.#rest();
  }

  /** Pending where the client takes no more, or what came is still being judged. */
  #backlog(): void | Promise<void> {
    let judging = true;
    this.#session.afterwards(() => (judging = false));
    return judging ? new Promise((resolve) => this.#session.afterwards(resolve)) : this.#sent;
  }

  /** Sends what may pass of a frame: as it came where it passes whole. */
  #send(frame: Frame, passed: Message, route: Route | undefined): void {
    const isWhole = passed === frame.message && frame.isInexact !== true;
    this.#deliver(isWhole ? frame : toFrame(passed), route);
  }

  #deliver(frame: Frame, route: Route | undefined): void {
    this.#sent = this.#options.client.send(frame, route).catch(() => undefined);
  }

  #tell(message: Message, route: Route | undefined): Promise<void> {
    return this.#options.client.send(toFrame(message), route).catch(() => undefined);
  }

  #rest(): void {
    if (this.#passing.size > 0 || this.#calls > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #refused({ signal, way }: Exchange<RelayWay>, error: unknown, takesResult: boolean): Outcome {
    if (!(error instanceof GovernanceError)) return toError(error);
    if (!takesResult || this.#options.blockMode === 'raise' || signal.aborted) return toError(new RefusedError(error));
    const result = toErrorResult(error);
    // Since protocol 2026-07-28 a result says of what kind it is.
    return { result: way.isModern ? { ...result, resultType: 'complete' } : result };
  }
}

/** How one request of a client reaches its server. */
class RelayWay implements Way {
  readonly route: Route | undefined;
  readonly deliver: (message: Message) => void;
  readonly #upstream: Peer;
  readonly #frame: Frame;

  constructor({ upstream }: RelayOptions, frame: Frame, route: Route | undefined, deliver: RelayWay['deliver']) {
    this.#upstream = upstream;
    this.#frame = frame;
    this.route = route;
    this.deliver = deliver;
  }

  /** {@inheritDoc Way.signal} */
  get signal(): AbortSignal | undefined {
    return this.route?.signal;
  }

  /** True for a request of protocol 2026-07-28 or later. */
  get isModern(): boolean {
    const { params } = this.#frame.message;
    const meta = isJsonObject(params) ? params['_meta'] : undefined;
    return isModern(isJsonObject(meta) ? meta : undefined);
  }

  /** {@inheritDoc Way.send} */
  send(message: Message): Promise<void> {
    return this.#upstream.send(message === this.#frame.message ? this.#frame : toFrame(message), this.route);
  }
}

/** Faults of our own are not told: they may quote what they choked on. */
function toError(error: unknown): { readonly error: JsonObject } {
  if (error instanceof RefusedError) return { error: { code: error.code, message: error.message, data: error.data } };
  if (error instanceof JudgedError) return { error: { code: error.code, message: error.message } };
  return { error: { code: NOT_PASSED, message: 'The request could not be passed on to the MCP server.' } };
}
