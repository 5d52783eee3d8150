import type { Clock } from '../../call/clock.js';
import { isJsonObject, type JsonObject } from '../../call/json.js';
import { isId, type Message } from '../../session/message.js';
import { type Frame, INVALID_PARAMS, INVALID_REQUEST, toFrame, toRefusal } from '../frame.js';
import type { Peer, Route } from '../peer.js';
import { AskedOfClient } from './asked-of-client.js';
import { introduce } from './introduce.js';
import { LISTS, listAll } from './lists.js';
import { type AggregateMember, Member, NOT_ANSWERED } from './member.js';
import { Owners } from './owners.js';
import { splitName } from './prefix.js';

/** What an aggregate is made of. */
export interface AggregateOptions {
  readonly client: Peer;
  /** In the order in which they are listed; names as {@link splitName} needs them. */
  readonly members: readonly AggregateMember[];
  readonly clock: Clock;
  /** Milliseconds that a server has to answer what all are asked. Default 30,000. */
  readonly answerMs?: number;
  /** Told of a call of a tool that no server has: it goes nowhere, and is to be recorded. */
  readonly onUnknownTool?: (message: Message, route: Route | undefined) => void | Promise<void>;
  /** Told that the client is gone. */
  readonly onClose?: (why: string) => void;
}

/** JSON-RPC 2.0: there is no such method. */
const METHOD_NOT_FOUND = -32601;

/**
 * One session of a client before sessions of several servers: what one is asked goes to it, what all are asked to all.
 *
 * Each server stands behind its own relay, which judges; here names are only given and taken. A server that is gone, or
 * that does not answer, is left out of lists, and its own tools answer with an error; the others go on.
 */
export class Aggregate {
  readonly #options: AggregateOptions;
  readonly #members: readonly Member[];
  readonly #names: readonly string[];
  readonly #owners = new Owners();
  readonly #asked = new AskedOfClient();
  /** Ids of requests of the client that are under way, with whom they wait for. */
  readonly #open = new Map<string | number, Set<Member>>();
  #idle: (() => void)[] = [];

  constructor(options: AggregateOptions) {
    this.#options = options;
    const { client, members } = options;
    this.#members = members.map((each) => new Member(each, client.transport, (...said) => this.#fromServer(...said)));
    this.#names = members.map(({ name }) => name);
  }

  /** Connects to all servers and begins to hand over. */
  start(): void {
    for (const member of this.#members) member.connect();
    this.#options.client.start({
      onFrame: (frame, route) => this.#fromClient(frame, route),
      onClose: (why) => this.#options.onClose?.(why),
    });
  }

  /** A server is gone for good. */
  lost(server: string, why: string): void {
    this.#members.find(({ name }) => name === server)?.lost(why);
  }

  /** Ends the sessions with all servers, then the one with the client. */
  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.end()));
    await this.#options.client.close();
  }

  /** Resolves when nothing of the client is under way. */
  idle(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #fromClient(frame: Frame, route: Route | undefined): void | Promise<void> {
    const { id, method } = frame.message;
    if (method === undefined) return this.#answerOfClient(frame.message, route);
    if (!isId(id)) return this.#notificationOfClient(frame, route);
    if (this.#open.has(id)) return this.#refuse(id, INVALID_REQUEST, 'Another request of this id is under way.', route);
    return this.#request(frame, id, method as string, route);
  }

  #request(frame: Frame, id: string | number, method: string, route: Route | undefined): void | Promise<void> {
    const params = isJsonObject(frame.message.params) ? frame.message.params : {};
    if (Object.hasOwn(LISTS, method)) return this.#list(frame.message, id, method, route);
    switch (method) {
      case 'initialize':
      case 'server/discover':
        return this.#introduce(frame.message, id, route);
      case 'ping':
        return this.#reply({ jsonrpc: '2.0', id, result: {} }, route);
      case 'logging/setLevel':
        return this.#askAll(frame.message, id, 'logging', route);
      case 'tools/call':
        return this.#call(frame, id, params, route);
      case 'prompts/get':
        return this.#toOwner(frame, id, this.#renamed(params), route);
      case 'completion/complete':
        return this.#complete(frame, id, params, route);
      case 'resources/read':
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return this.#resource(frame, id, params['uri'], route);
      default:
        if (method.startsWith('tasks/')) {
          const member = this.#owners.ofTask(params['taskId']);
          return this.#toOwner(frame, id, member && [member, undefined], route);
        }
        return this.#refuse(
          id,
          METHOD_NOT_FOUND,
          'Several servers stand here: nobody knows which one is meant.',
          route,
        );
    }
  }

  /** A call goes under the tool's own name, so that policies match what they would without others beside it. */
  #call(frame: Frame, id: string | number, params: JsonObject, route: Route | undefined): void | Promise<void> {
    const renamed = this.#renamed(params);
    if (renamed !== undefined) return this.#toOwner(frame, id, renamed, route);
    const refuse = (): Promise<void> => this.#refuse(id, INVALID_PARAMS, 'There is no such tool here.', route);
    return Promise.resolve(this.#options.onUnknownTool?.(frame.message, route)).then(refuse, refuse);
  }

  #renamed(params: JsonObject): readonly [Member, JsonObject] | undefined {
    const split = splitName(params['name'], this.#names);
    const member = split && this.#members[split.at];
    return member && [member, { ...params, name: split.name }];
  }

  #complete(frame: Frame, id: string | number, params: JsonObject, route: Route | undefined): void | Promise<void> {
    const ref = isJsonObject(params['ref']) ? params['ref'] : {};
    if (ref['type'] === 'ref/resource') return this.#resource(frame, id, ref['uri'], route);
    const renamed = this.#renamed(ref);
    return this.#toOwner(frame, id, renamed && [renamed[0], { ...params, ref: renamed[1] }], route);
  }

  /** Hands a request to the one server it is meant for; with other parameters where names were changed. */
  #toOwner(
    frame: Frame,
    id: string | number,
    owner: readonly [Member, JsonObject | undefined] | undefined,
    route: Route | undefined,
  ): void | Promise<void> {
    if (owner === undefined) return this.#refuse(id, INVALID_PARAMS, 'No server here has this.', route);
    const [member, params] = owner;
    if (params !== undefined && frame.isInexact === true) {
      return this.#refuse(id, INVALID_PARAMS, 'A number in it has too many digits.', route);
    }
    this.#open.set(id, new Set([member]));
    const request = params === undefined ? frame : toFrame({ ...frame.message, params });
    return member.ask(request, route, (answer, way) => {
      this.#settle(id);
      return this.#client(this.#owned(member, answer), way ?? route);
    });
  }

  /** An answer that names a task of another server is none. */
  #owned(member: Member, answer: Frame): Frame {
    const { id, result } = answer.message;
    const task = isJsonObject(result) ? (isJsonObject(result['task']) ? result['task'] : result) : {};
    if (this.#owners.claimTask(task['taskId'], member)) return answer;
    return toFrame(toRefusal(id, NOT_ANSWERED, `The server '${member.name}' named a task that is not its own.`));
  }

  async #resource(frame: Frame, id: string | number, uri: unknown, route: Route | undefined): Promise<void> {
    const owner = typeof uri === 'string' ? this.#owners.ofResource(uri) : undefined;
    if (owner !== undefined) return this.#toOwner(frame, id, [owner, undefined], route);
    // Nobody listed it: whoever has it answers.
    const able = this.#members.filter((member) => member.can('resources'));
    let last: Message = toRefusal(id, INVALID_PARAMS, 'No server here has this.');
    for (const member of able) {
      const answers = await this.#gather(id, [member], () => member.asked(frame.message, route));
      if (answers === undefined) return;
      const [answer] = answers;
      if (answer === undefined) continue;
      last = answer;
      if (answer.error === undefined) break;
    }
    await this.#reply(last, route);
  }

  async #introduce(message: Message, id: string | number, route: Route | undefined): Promise<void> {
    const answers = await this.#gather(id, this.#members, async (member) => {
      const answer = await member.asked(message, route);
      if (!isJsonObject(answer.result)) return { member, answer };
      const { capabilities } = answer.result;
      member.capabilities = isJsonObject(capabilities) ? capabilities : {};
      return { member, answer };
    });
    if (answers === undefined) return;
    for (const member of this.#members) member.isOut = member.capabilities === undefined;
    const said = answers.flatMap(({ member, answer: { result } }) =>
      isJsonObject(result) ? [[member, result] as const] : [],
    );
    if (said.length > 0) return this.#reply({ jsonrpc: '2.0', id, result: introduce(said) }, route);
    const error = answers[0]?.answer.error ?? { code: NOT_ANSWERED, message: 'No server answers.' };
    return this.#reply({ jsonrpc: '2.0', id, error }, route);
  }

  async #list(message: Message, id: string | number, method: string, route: Route | undefined): Promise<void> {
    const kind = LISTS[method] as (typeof LISTS)[string];
    if (isJsonObject(message.params) && message.params['cursor'] !== undefined) {
      return this.#refuse(id, INVALID_PARAMS, 'There is one page only: no cursor was given.', route);
    }
    const able = this.#members.filter((member) => member.can(kind.capability));
    const listings = await this.#gather(id, able, async (member) => {
      const listing = await listAll(member, message, kind, route);
      return { member, listing };
    });
    if (listings === undefined) return;
    const listed = listings.flatMap(({ member, listing }) =>
      'items' in listing ? [{ ...listing, items: this.#owners.noteListed(member, kind.key, listing.items) }] : [],
    );
    const [first] = listings;
    if (listed.length === 0 && first !== undefined && 'error' in first.listing) {
      return this.#reply({ jsonrpc: '2.0', id, error: first.listing.error }, route);
    }
    const { nextCursor: _, ...common } = listed[0]?.result ?? {};
    const items = listed.flatMap((each) => each.items);
    return this.#reply({ jsonrpc: '2.0', id, result: { ...common, [kind.key]: items } }, route);
  }

  async #askAll(message: Message, id: string | number, capability: string, route: Route | undefined): Promise<void> {
    const able = this.#members.filter((member) => member.can(capability));
    const answers = await this.#gather(id, able, (member) => member.asked(message, route));
    if (answers === undefined) return;
    const good = answers.find(({ error }) => error === undefined) ?? answers[0];
    await this.#reply(good ?? toRefusal(id, METHOD_NOT_FOUND, 'No server here can do this.'), route);
  }

  /** Asks servers at the same time, and waits for those that answer in time. */
  async #gather<T>(
    id: string | number,
    members: readonly Member[],
    ask: (member: Member) => Promise<T>,
  ): Promise<T[] | undefined> {
    const { clock, answerMs = 30_000 } = this.#options;
    const waited = new Set(members);
    this.#open.set(id, waited);
    const late: { readonly stop: () => void }[] = [];
    const answers = await Promise.all(
      members.map((member) => {
        const tooLate = new Promise<undefined>((resolve) => {
          const stop = clock.after(answerMs, () => {
            member.forget(id);
            void member.tell(toFrame(cancelled(id, 'The server took too long.')), undefined);
            resolve(undefined);
          });
          late.push({ stop });
        });
        return Promise.race([ask(member), tooLate]);
      }),
    );
    for (const { stop } of late) stop();
    // Whoever cancelled the request waits for no answer.
    if (this.#open.get(id) !== waited) return undefined;
    this.#settle(id);
    return answers.filter((answer) => answer !== undefined);
  }

  #settle(id: string | number): void {
    this.#open.delete(id);
    if (this.#open.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #notificationOfClient(frame: Frame, route: Route | undefined): void | Promise<void> {
    const { method, params } = frame.message;
    const said = isJsonObject(params) ? params : {};
    if (method === 'tools/call') {
      const renamed = this.#renamed(said);
      if (renamed === undefined) return this.#options.onUnknownTool?.(frame.message, route);
      return renamed[0].tell(toFrame({ ...frame.message, params: renamed[1] }), route);
    }
    if (method === 'notifications/cancelled') return this.#cancel(frame, said['requestId'], route);
    if (method === 'notifications/progress') {
      const progress = this.#asked.progress(said);
      return progress?.[0].tell(toFrame({ ...frame.message, params: progress[1] }), route);
    }
    return all(this.#members.filter((each) => !each.isOut).map((each) => each.tell(frame, route)));
  }

  #cancel(frame: Frame, id: unknown, route: Route | undefined): void | Promise<void> {
    if (!isId(id)) return undefined;
    const waited = this.#open.get(id);
    if (waited === undefined) return undefined;
    this.#settle(id);
    return all(
      [...waited]
        .filter((member) => member.has(id))
        .map((member) => {
          member.forget(id);
          return member.tell(frame, route);
        }),
    );
  }

  #answerOfClient(message: Message, route: Route | undefined): void | Promise<void> {
    const answered = this.#asked.answered(message);
    return answered?.[0].tell(toFrame(answered[1]), route);
  }

  #fromServer(member: Member, frame: Frame, route: Route | undefined): void | Promise<void> {
    const { message } = frame;
    const { id, method, params } = message;
    if (method === undefined) return undefined;
    if (isId(id)) {
      const renamed = frame.isInexact === true ? undefined : this.#asked.rename(member, message);
      if (renamed !== undefined) return this.#client(toFrame(renamed), route);
      return member.tell(toFrame(toRefusal(id, NOT_ANSWERED, 'The request could not be passed on.')), undefined);
    }
    if (method !== 'notifications/cancelled' || !isJsonObject(params)) return this.#client(frame, route);
    const requestId = this.#asked.cancelled(member, params['requestId']);
    if (requestId === undefined) return undefined;
    return this.#client(toFrame({ ...message, params: { ...params, requestId } }), route);
  }

  #reply(message: Message, route: Route | undefined): Promise<void> {
    return this.#client(toFrame(message), route);
  }

  #refuse(id: unknown, code: number, text: string, route: Route | undefined): Promise<void> {
    return this.#reply(toRefusal(id, code, text), route);
  }

  #client(frame: Frame, route: Route | undefined): Promise<void> {
    return this.#options.client.send(frame, route).catch(() => undefined);
  }
}

function cancelled(requestId: string | number, reason: string): Message {
  return { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason } };
}

function all(work: readonly (void | Promise<void>)[]): Promise<void> {
  return Promise.all(work).then(() => undefined);
}
