import { type CallNotification, type CallToolContext, type HostRequest, noRequest } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { pageOf } from '../call/list-page.js';
import type { Principal } from '../call/tool-call.js';
import type { BlockMode } from '../config/options.js';
import type { EnforcementPoint } from '../enforcement/enforcement-point.js';
import { judgeLateAnswer, JudgedError, judgeLateError, TASK_METHODS } from '../enforcement/late-answers.js';
import { toErrorResult } from '../enforcement/refusal-result.js';
import { TaskCalls } from '../enforcement/task-calls.js';
import { GovernanceError } from '../errors/governance-error.js';
import { isId, putJudged, serverNameOf, toRequest } from './client-request.js';
import { CANCELLED, Exchange, type Outcome } from './exchange.js';
import type { TransportWatch, Wire } from './govern-transport.js';
import { holdTimeout } from './hold-timeout.js';
import type { HostClient, Message, SendOptions } from './host-client.js';
import { JudgedNotifications } from './judged-notifications.js';
import { ListedToolHost, ListedTools } from './listed-tools.js';
import type { RedactedOutputs } from './redacted-outputs.js';

const NO_REQUEST = noRequest('client');

/** What a session asks about everything that goes through it. All but calls is let through where there is no judge. */
export type SessionPoint = Pick<EnforcementPoint, 'call'> &
  Partial<Pick<EnforcementPoint, 'list' | 'notification' | 'taskResult' | 'instructions'>>;

/** What a session is made of. */
export interface SessionParts {
  readonly client: HostClient;
  readonly point: SessionPoint;
  readonly blockMode: BlockMode;
  readonly principal: Partial<Principal>;
  readonly outputs: RedactedOutputs;
}

/** So many requests that were cancelled and not yet answered are remembered, the newest of them. */
const MOST_CANCELLED = 10_000;

const INVALID_REQUEST = -32602;

/** The calls of one client, led through the enforcement point: requests on their way out, all that comes back on its way in. */
export class ClientSession implements TransportWatch {
  readonly #parts: SessionParts;
  readonly #exchanges = new Map<unknown, Exchange>();
  /** Requests that nobody waits for: what still comes back for them goes nowhere. */
  readonly #cancelled = new Set<unknown>();
  readonly #listed = new ListedTools();
  readonly #tasks = new TaskCalls();
  /** Of a request that nobody abandoned, for the next. */
  #spare: AbortController | undefined;
  /** Undefined where nobody judges what is said besides answers. */
  readonly #notifications: JudgedNotifications | undefined;
  readonly #serverName: () => string;
  /** What the enforcement point was told last of the server itself. */
  #told: { readonly server: string; readonly instructions: string | undefined } | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#serverName = serverNameOf(parts.client);
    const { point } = parts;
    if (point.notification === undefined) return;
    this.#notifications = new JudgedNotifications((said) => this.#judge(said));
  }

  /** Takes a message on its way to the server. */
  send(message: Message, options: SendOptions | undefined, wire: Wire): Promise<void> {
    const { method, params } = message;
    const { point } = this.#parts;
    if (method === 'tools/call' || method === 'tools/list') this.#tellInstructions();
    if (method === 'tools/call') {
      try {
        return this.#callTool(message, options, wire);
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error('The call could not be made.'));
      }
    }
    if (method === 'tools/list' && point.list !== undefined) return this.#listTools(message, options, wire);
    if (point.taskResult !== undefined && TASK_METHODS.includes(String(method))) {
      return this.#askTask(message, options, wire);
    }
    if (method === 'notifications/cancelled' && isJsonObject(params) && !this.#cancel(params['requestId'])) {
      return Promise.resolve();
    }
    return wire.send(message, options);
  }

  /** Takes a message on its way to the client. */
  receive(message: Message, deliver: (message: Message) => void): void {
    const { id, method } = message;
    if (method === undefined) this.#answer(message, deliver);
    else if (this.#notifications === undefined || isId(id) || typeof method !== 'string') deliver(message);
    else this.#notifications.take(message as CallNotification, deliver);
  }

  /** Ends all calls under way: nobody is left to answer them. */
  closed(): void {
    for (const exchange of this.#exchanges.values()) exchange.abandon('The connection was closed.');
    this.#cancelled.clear();
  }

  /** Clients know what their server said at the start of the session; another session may say something else. */
  #tellInstructions(): void {
    const { client, point } = this.#parts;
    if (point.instructions === undefined || client.getServerCapabilities() === undefined) return;
    const instructions = client.getInstructions?.();
    const server = this.#serverName();
    if (this.#told?.instructions === instructions && this.#told?.server === server) return;
    this.#told = { server, instructions };
    void point.instructions(server, instructions);
  }

  /** Not `async`, whose promise of its own every call would pay for. */
  #callTool(message: Message, options: SendOptions | undefined, wire: Wire): Promise<void> {
    // A copy: nobody may name another tool while the call is being judged.
    const params = isJsonObject(message.params) ? { ...message.params } : {};
    const { name, arguments: args = {} } = params;
    if (typeof name !== 'string' || !isJsonObject(args)) {
      throw new JudgedError(
        INVALID_REQUEST,
        'Invalid tools/call request: name must be a string and arguments an object.',
      );
    }
    const exchange = this.#begin(message, options, wire);
    const context: CallToolContext = {
      server: this.#serverName(),
      tool: name,
      arguments: args,
      definition: this.#listed.definitions.get(name),
      request: toRequest(params, exchange.signal, exchange.transport),
      host: new ListedToolHost(this.#listed, name),
    };
    let release: (() => void) | undefined;
    const next = (judged: CallToolContext): Promise<unknown> => {
      release?.();
      exchange.judged = judged;
      return exchange.ask({
        jsonrpc: '2.0',
        id: exchange.id,
        method: 'tools/call',
        params: putJudged(params, judged),
      });
    };
    const called = this.#parts.point.call(context, next, this.#parts.principal);
    if (!exchange.sent) release = holdTimeout(this.#parts.client, exchange.id);
    return this.#settle(exchange, called, params['task'] === undefined, (result) => {
      this.#tasks.remember(result, context);
      if (result !== exchange.came) this.#parts.outputs.note(exchange.came, result);
      return result;
    });
  }

  async #listTools(message: Message, options: SendOptions | undefined, wire: Wire): Promise<void> {
    const exchange = this.#begin(message, options, wire);
    const params = isJsonObject(message.params) ? message.params : {};
    let listed: JsonObject = {};
    const context = {
      server: this.#serverName(),
      request: toRequest(params, exchange.signal, exchange.transport),
      definitionOf: (tool: string) => this.#listed.definitions.get(tool),
      page: () => pageOf(params, listed),
    };
    const tools = this.#parts.point.list?.(context, async () => {
      const result = await exchange.ask(message);
      listed = isJsonObject(result) ? result : {};
      return this.#listed.note(listed['tools'], params['cursor'] === undefined);
    });
    await this.#settle(exchange, Promise.resolve(tools), false, (judged) => ({ ...listed, tools: judged }));
  }

  async #askTask(message: Message, options: SendOptions | undefined, wire: Wire): Promise<void> {
    const exchange = this.#begin(message, options, wire);
    const params = isJsonObject(message.params) ? message.params : {};
    const contexts = this.#contextsOf(params['taskId'], toRequest(params, exchange.signal, exchange.transport));
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
    const loose: CallToolContext = {
      server: this.#serverName(),
      tool: '',
      arguments: {},
      definition: undefined,
      request,
    };
    const known = this.#tasks.recall(loose.server, taskId);
    if (known !== undefined) return [{ ...loose, ...known }];
    return [loose, ...[...this.#listed.definitions].map(([tool, definition]) => ({ ...loose, tool, definition }))];
  }

  #begin({ id }: Message, options: SendOptions | undefined, wire: Wire): Exchange {
    if (!isId(id)) {
      throw new JudgedError(INVALID_REQUEST, 'A request must have an id that is a number or a text.');
    }
    if (this.#exchanges.has(id)) throw new JudgedError(INVALID_REQUEST, 'Another request of this id is under way.');
    const exchange = new Exchange(id, options, wire, this.#spare ?? new AbortController());
    this.#spare = undefined;
    this.#cancelled.delete(id);
    this.#exchanges.set(id, exchange);
    options?.requestSignal?.addEventListener('abort', () => this.#cancel(id), { once: true });
    return exchange;
  }

  /** Gives the client what became of its request: what was judged, an error of the server, or our refusal. */
  async #settle<T>(
    exchange: Exchange,
    judged: Promise<T>,
    takesResult: boolean,
    toResult: (judged: T) => unknown,
  ): Promise<void> {
    let outcome: Outcome | undefined;
    try {
      outcome = { result: toResult(await judged) };
    } catch (error) {
      outcome = this.#failed(exchange, error, takesResult);
      if (outcome === undefined) throw error;
    } finally {
      this.#end(exchange);
    }
    exchange.deliver(outcome);
  }

  /** What the client gets in place of a result; undefined where sending its request has to fail. */
  #failed(exchange: Exchange, error: unknown, takesResult: boolean): Outcome | undefined {
    if (error instanceof JudgedError) {
      const { code, message, data } = error;
      return { error: data === undefined ? { code, message } : { code, message, data } };
    }
    const asResult = takesResult && this.#parts.blockMode === 'error_result' && !exchange.signal.aborted;
    if (asResult && error instanceof GovernanceError) return { result: this.#inForm(toErrorResult(error)) };
    this.#forget(exchange.id);
    return undefined;
  }

  #end(exchange: Exchange): void {
    this.#exchanges.delete(exchange.id);
    // Making one costs more than judging an ordinary call.
    if (!exchange.signal.aborted) this.#spare = exchange.abandoned;
    if (!exchange.open) return;
    if (this.#cancelled.size >= MOST_CANCELLED) this.#cancelled.delete(this.#cancelled.values().next().value);
    this.#cancelled.add(exchange.id);
  }

  /** A client rejects a request that could not be sent, but 1.x goes on waiting for its answer. */
  #forget(id: unknown): void {
    const { client } = this.#parts;
    client._responseHandlers?.delete(id);
    client._progressHandlers?.delete(id);
  }

  /** Since protocol 2026-07-28 a result says of what kind it is. */
  #inForm(result: JsonObject): JsonObject {
    return this.#parts.client.getProtocolEra?.() === 'modern' ? { ...result, resultType: 'complete' } : result;
  }

  /** Ends a request that the client takes back; false where the server never heard of it. */
  #cancel(id: unknown): boolean {
    const exchange = this.#exchanges.get(id);
    if (exchange === undefined) return true;
    const { sent } = exchange;
    exchange.abandon(CANCELLED);
    return sent;
  }

  #answer(message: Message, deliver: (message: Message) => void): void {
    const { id } = message;
    // Clients read an id as a number, whatever the server made of it.
    const exchange = isId(id) ? (this.#exchanges.get(id) ?? this.#exchanges.get(Number(id))) : undefined;
    if (exchange === undefined) {
      if (!this.#cancelled.delete(id) && !this.#cancelled.delete(Number(id))) deliver(message);
      return;
    }
    if (this.#notifications === undefined) exchange.answer(message, deliver);
    else
      this.#notifications.afterwards(() => {
        exchange.answer(message, deliver);
      });
  }

  /**
   * Judges what the server sends besides its answers: under the call that it says it belongs to, and under every other one
   * that runs, for a server could name the call whose settings it likes best. Where none is known, the defaults apply.
   */
  async #judge(said: CallNotification): Promise<CallNotification | undefined> {
    const running = [...this.#exchanges.values()].map(({ judged }) => judged).filter((each) => each !== undefined);
    let passing: CallNotification | undefined = said;
    for (const context of new Set([this.#sourceOf(said, running), ...running])) {
      if (passing === undefined) return undefined;
      passing = await this.#parts.point.notification?.(context, passing);
    }
    return passing;
  }

  #sourceOf({ method, params = {} }: CallNotification, running: readonly CallToolContext[]): CallToolContext {
    const loose = this.#contextsOf(params['taskId'] ?? relatedTask(params), NO_REQUEST)[0] as CallToolContext;
    if (loose.tool !== '') return loose;
    if (method !== 'notifications/progress') return running.length === 1 ? (running[0] as CallToolContext) : loose;
    const token = params['progressToken'];
    const isIts = ({ request: { meta } }: CallToolContext): boolean => {
      const own = meta?.['progressToken'];
      return own !== undefined && (own === token || own === Number(token));
    };
    return running.find(isIts) ?? loose;
  }
}

function relatedTask({ _meta: meta }: JsonObject): unknown {
  const related = isJsonObject(meta) ? meta['io.modelcontextprotocol/related-task'] : undefined;
  return isJsonObject(related) ? related['taskId'] : undefined;
}
