import type { CallHost } from '../call/call-host.js';
import { type CallNotification, type CallToolContext, type HostRequest, noRequest } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { pageOf } from '../call/list-page.js';
import type { Door, Principal } from '../call/tool-call.js';
import type { EnforcementPoint } from '../enforcement/enforcement-point.js';
import { judgeLateAnswer, JudgedError, judgeLateError, TASK_METHODS } from '../enforcement/late-answers.js';
import type { TaskCalls } from '../enforcement/task-calls.js';
import { CANCELLED, Exchange, type Outcome, type Way } from './exchange.js';
import { JudgedNotifications } from './judged-notifications.js';
import { INVALID_CALL, putJudged, readCall } from './judged-params.js';
import type { ListedTools } from './listed-tools.js';
import { isId, type Message } from './message.js';
import { sourceOf } from './sources.js';
import { Turnover } from './turnover.js';

/** What a session asks about everything that goes through it. All but calls is let through where there is no judge. */
export type SessionPoint = Pick<EnforcementPoint, 'call'> &
  Partial<Pick<EnforcementPoint, 'list' | 'notification' | 'taskResult' | 'instructions'>>;

/** What a server says of itself when a session begins. */
export interface ServerSaid {
  /** What models are to do with it; undefined where it says nothing of that. */
  readonly instructions: string | undefined;
}

/** What is known of a server, by all sessions with it. */
export interface KnownServer {
  readonly listed: ListedTools;
  readonly tasks: TaskCalls;
  /** The name that the server gave itself; empty where none is known. */
  name(): string;
  /** What the server says of itself since a session with it began; undefined where nobody knows. */
  said(): ServerSaid | undefined;
}

/** What a session is made of. */
export interface SessionParts<W extends Way> {
  readonly point: SessionPoint;
  readonly door: Door;
  readonly server: KnownServer;
  /** Who calls, where the door was told so. */
  readonly principal?: Partial<Principal> | undefined;
  /** A request, as enforcement points know requests. */
  toRequest(params: JsonObject, exchange: Exchange<W>): HostRequest;
  /** What can be done for a call that waits for a person. */
  hostOf(exchange: Exchange<W>, tool: string, request: HostRequest): CallHost;
  /** Told of a call that is held back; what it gives back is called when the call goes out. */
  onHeld?(exchange: Exchange<W>): (() => void) | undefined;
  /** Told of a result that goes on as another one than it came. */
  onChanged?(came: unknown, result: unknown): void;
  /**
   * What whoever asked gets in place of a result; undefined where sending the request has to fail.
   *
   * @param takesResult - Whether a result that says why would be understood.
   */
  refused(exchange: Exchange<W>, error: unknown, takesResult: boolean): Outcome | undefined;
}

/** So many requests that were cancelled and not yet answered are remembered, the newest of them. */
const MOST_CANCELLED = 10_000;

const MOST_SPARE = 64;

/** JSON-RPC 2.0: invalid parameters; of a request whose id nobody could answer to, too. */
const INVALID_REQUEST = -32602;

/** The requests of one client that concern tools, led through the enforcement point, and all that comes back. */
export class Session<W extends Way> {
  readonly #parts: SessionParts<W>;
  readonly #exchanges = new Turnover<unknown, Exchange<W>>();
  /** Requests that nobody waits for: what still comes back for them goes nowhere. */
  readonly #cancelled = new Set<unknown>();
  /** Of requests that nobody abandoned, for the next: making one costs more than judging an ordinary call. */
  readonly #spare: AbortController[] = [];
  /** Undefined where nobody judges what is said besides answers. */
  readonly #notifications: JudgedNotifications | undefined;
  readonly #noRequest: HostRequest;
  /** What the enforcement point was told last of the server itself. */
  #told: (ServerSaid & { readonly name: string }) | undefined;

  constructor(parts: SessionParts<W>) {
    this.#parts = parts;
    this.#noRequest = noRequest(parts.door);
    if (parts.point.notification === undefined) return;
    this.#notifications = new JudgedNotifications((said) => this.#judge(said));
  }

  /** Takes a request on its way to the server; undefined where it is of no concern here, and may go on as it is. */
  request(message: Message, way: W): Promise<void> | undefined {
    const { method } = message;
    const { point } = this.#parts;
    if (method === 'tools/call' || method === 'tools/list') this.#tellInstructions();
    if (method === 'tools/call') return this.#callTool(message, way);
    if (method === 'tools/list' && point.list !== undefined) return this.#listTools(message, way);
    if (point.taskResult !== undefined && TASK_METHODS.includes(String(method))) return this.#askTask(message, way);
    return undefined;
  }

  /** Another session may be told something else, and a server may be another by now. */
  #tellInstructions(): void {
    const { point, server } = this.#parts;
    const said = point.instructions && server.said();
    if (said === undefined) return;
    const name = server.name();
    if (this.#told?.name === name && this.#told.instructions === said.instructions) return;
    this.#told = { name, instructions: said.instructions };
    void point.instructions?.(name, said.instructions);
  }

  /** Takes an answer of the server, and hands on what may pass of it; false where nobody here asked. */
  answer(message: Message, deliver: (message: Message) => void): boolean {
    const { id } = message;
    // Clients read an id as a number, whatever the server made of it.
    const exchange = isId(id) ? (this.#exchanges.get(id) ?? this.#exchanges.get(Number(id))) : undefined;
    if (exchange === undefined) return this.#cancelled.delete(id) || this.#cancelled.delete(Number(id));
    this.afterwards(() => {
      exchange.answer(message, deliver);
    });
    return true;
  }

  /** Takes what the server sends besides answers, and hands on what may pass of it. */
  notify(message: CallNotification, deliver: (message: Message) => void): void {
    if (this.#notifications === undefined) deliver(message);
    else this.#notifications.take(message, deliver);
  }

  /** Calls back when all that the server sent so far is handed on: at once where nothing is being judged. */
  afterwards(callback: () => void): void {
    if (this.#notifications === undefined) callback();
    else this.#notifications.afterwards(callback);
  }

  /** True where a request of this id is under way. */
  has(id: unknown): boolean {
    return this.#exchanges.has(id);
  }

  /** Ends a request that is taken back; false where the server never heard of it. */
  cancel(id: unknown): boolean {
    const exchange = this.#exchanges.get(id);
    if (exchange === undefined) return true;
    const { sent } = exchange;
    exchange.abandon(CANCELLED);
    return sent;
  }

  /** Ends all calls under way: nobody is left to answer them, or to be answered. */
  closed(): void {
    for (const exchange of this.#exchanges.values()) exchange.abandon('The connection was closed.');
    this.#cancelled.clear();
  }

  /** Requests that the server has and will not answer come to an error of this code; those it has not yet go on. */
  lost(code: number, why: string): void {
    for (const exchange of this.#exchanges.values()) exchange.fail(code, why);
    this.#cancelled.clear();
  }

  /** Not `async`, whose promise of its own every call would pay for. */
  #callTool(message: Message, way: W): Promise<void> {
    const read = readCall(message);
    if (read === undefined) return Promise.reject(new JudgedError(INVALID_REQUEST, INVALID_CALL));
    const { name, args, params } = read;
    const { server, point, principal } = this.#parts;
    let exchange: Exchange<W>;
    try {
      exchange = this.#begin(message, way);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error('The call could not be made.'));
    }
    const request = this.#parts.toRequest(params, exchange);
    const context: CallToolContext = {
      server: server.name(),
      tool: name,
      arguments: args,
      definition: server.listed.definitions.get(name),
      request,
      host: this.#parts.hostOf(exchange, name, request),
    };
    let release: (() => void) | undefined;
    const next = (judged: CallToolContext): Promise<unknown> => {
      release?.();
      exchange.judged = judged;
      const { id } = exchange;
      const sent = { jsonrpc: '2.0', method: 'tools/call', params: putJudged(params, judged) };
      return exchange.ask(id === undefined ? sent : { ...sent, id });
    };
    const called = point.call(context, next, principal);
    if (!exchange.sent) release = this.#parts.onHeld?.(exchange);
    return this.#settle(exchange, called, params['task'] === undefined, (result) => {
      server.tasks.remember(result, context);
      if (result !== exchange.came) this.#parts.onChanged?.(exchange.came, result);
      return result;
    });
  }

  async #listTools(message: Message, way: W): Promise<void> {
    const exchange = this.#begin(message, way);
    const params = isJsonObject(message.params) ? message.params : {};
    const { server, point } = this.#parts;
    let listed: JsonObject = {};
    const context = {
      server: server.name(),
      request: this.#parts.toRequest(params, exchange),
      definitionOf: (tool: string) => server.listed.definitions.get(tool),
      page: () => pageOf(params, listed),
    };
    const tools = point.list?.(context, async () => {
      const result = await exchange.ask(message);
      listed = isJsonObject(result) ? result : {};
      return server.listed.note(listed, params['cursor'] === undefined);
    });
    await this.#settle(exchange, Promise.resolve(tools), false, (judged) =>
      judged === listed['tools'] ? listed : { ...listed, tools: judged },
    );
  }

  async #askTask(message: Message, way: W): Promise<void> {
    const exchange = this.#begin(message, way);
    const params = isJsonObject(message.params) ? message.params : {};
    const contexts = this.#contextsOf(params['taskId'], this.#parts.toRequest(params, exchange));
    const judge = async (context: CallToolContext, said: unknown): Promise<unknown> =>
      this.#parts.point.taskResult?.(context, said);
    const asked = exchange.ask(message).then(
      (result) => judgeLateAnswer(contexts, result, judge),
      async (error: unknown) => {
        throw await judgeLateError(contexts, error, judge);
      },
    );
    await this.#settle(exchange, asked, message.method === 'tasks/result', (result) => result);
  }

  /** The calls that an answer about a task may belong to: the one that started it or, where nobody knows, any. */
  #contextsOf(taskId: unknown, request: HostRequest): readonly CallToolContext[] {
    const { server } = this.#parts;
    const loose: CallToolContext = { server: server.name(), tool: '', arguments: {}, definition: undefined, request };
    const known = server.tasks.recall(loose.server, taskId);
    if (known !== undefined) return [{ ...loose, ...known }];
    return [loose, ...[...server.listed.definitions].map(([tool, definition]) => ({ ...loose, tool, definition }))];
  }

  #begin({ id }: Message, way: W): Exchange<W> {
    if (id !== undefined && !isId(id)) {
      throw new JudgedError(INVALID_REQUEST, 'A request must have an id that is a number or a text.');
    }
    if (this.#exchanges.has(id)) throw new JudgedError(INVALID_REQUEST, 'Another request of this id is under way.');
    const exchange = new Exchange(id, way, this.#spare.pop() ?? new AbortController());
    this.#cancelled.delete(id);
    this.#exchanges.set(id ?? exchange, exchange);
    way.signal?.addEventListener('abort', () => this.cancel(id ?? exchange), { once: true });
    return exchange;
  }

  /** Gives whoever asked what became of the request: what was judged, an error of the server, or our refusal. */
  async #settle<T>(
    exchange: Exchange<W>,
    judged: Promise<T>,
    takesResult: boolean,
    toResult: (judged: T) => unknown,
  ): Promise<void> {
    let outcome: Outcome | undefined;
    try {
      outcome = { result: toResult(await judged) };
    } catch (error) {
      outcome =
        error instanceof JudgedError ? { error: toJson(error) } : this.#parts.refused(exchange, error, takesResult);
      if (outcome === undefined) throw error;
    } finally {
      this.#end(exchange);
    }
    exchange.deliver(outcome);
  }

  #end(exchange: Exchange<W>): void {
    this.#exchanges.delete(exchange.id ?? exchange);
    if (!exchange.signal.aborted && this.#spare.length < MOST_SPARE) this.#spare.push(exchange.abandoned);
    if (!exchange.open || exchange.id === undefined) return;
    if (this.#cancelled.size >= MOST_CANCELLED) this.#cancelled.delete(this.#cancelled.values().next().value);
    this.#cancelled.add(exchange.id);
  }

  /**
   * Judges what the server sends besides its answers: under the call that it says it belongs to, and under every other one
   * that runs, for a server could name the call whose settings it likes best. Where none is known, the defaults apply.
   */
  async #judge(said: CallNotification): Promise<CallNotification | undefined> {
    const running = [...this.#exchanges.values()].map(({ judged }) => judged).filter((each) => each !== undefined);
    const source = sourceOf(said, running, (task) => this.#contextsOf(task, this.#noRequest)[0] as CallToolContext);
    let passing: CallNotification | undefined = said;
    for (const context of new Set([source, ...running])) {
      if (passing === undefined) return undefined;
      passing = await this.#parts.point.notification?.(context, passing);
    }
    return passing;
  }
}

function toJson({ code, message, data }: JudgedError): JsonObject {
  return data === undefined ? { code, message } : { code, message, data };
}
