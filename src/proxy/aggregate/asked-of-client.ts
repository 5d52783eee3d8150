import { isJsonObject, type JsonObject } from '../../call/json.js';
import { isId, type Message } from '../../session/message.js';
import type { Member } from './member.js';

/** So many requests of servers may wait for the client. */
const MOST = 10_000;

/** Requests that servers make of the client: several count from 1, so that each gets an id of its own. */
export class AskedOfClient {
  readonly #open = new Map<string, { readonly member: Member; readonly id: unknown; readonly token: unknown }>();
  readonly #ids = new Map<Member, Map<unknown, string>>();
  #count = 0;

  /** The request as the client gets it; undefined where too many wait. */
  rename(member: Member, message: Message): Message | undefined {
    if (this.#open.size >= MOST) return undefined;
    const name = `${member.name}/${++this.#count}`;
    const params = isJsonObject(message.params) ? message.params : undefined;
    const meta = isJsonObject(params?.['_meta']) ? params['_meta'] : undefined;
    const token = meta?.['progressToken'];
    this.#open.set(name, { member, id: message.id, token });
    let ids = this.#ids.get(member);
    if (ids === undefined) this.#ids.set(member, (ids = new Map<unknown, string>()));
    ids.set(message.id, name);
    if (token === undefined) return { ...message, id: name };
    return { ...message, id: name, params: { ...params, _meta: { ...meta, progressToken: name } } };
  }

  /** Whose request the client answers, and the answer as that server knows it; undefined for what nobody asked. */
  answered(message: Message): readonly [Member, Message] | undefined {
    const open = this.#take(message.id);
    return open && [open.member, { ...message, id: open.id }];
  }

  /** The client's progress with a request of a server, as that server knows it. */
  progress(params: JsonObject): readonly [Member, JsonObject] | undefined {
    const { progressToken } = params;
    const open = typeof progressToken === 'string' ? this.#open.get(progressToken) : undefined;
    return open && [open.member, { ...params, progressToken: open.token }];
  }

  /** The id by which the client knows a request that its server cancels; undefined for none. */
  cancelled(member: Member, id: unknown): string | undefined {
    const name = isId(id) ? this.#ids.get(member)?.get(id) : undefined;
    if (name !== undefined) this.#take(name);
    return name;
  }

  #take(name: unknown) {
    const open = typeof name === 'string' ? this.#open.get(name) : undefined;
    if (open === undefined) return undefined;
    this.#open.delete(name as string);
    this.#ids.get(open.member)?.delete(open.id);
    return open;
  }
}
