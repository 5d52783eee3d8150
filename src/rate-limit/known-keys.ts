import type { Principal, ToolCall } from '../call/tool-call.js';

/** How many keys are remembered; then all are forgotten, so that invented names cost memory for a while only. */
const MAX_KNOWN = 1000;
/** Nothing is remembered of names that are longer together: a caller cannot fill memory with them. */
const MAX_NAMES_LENGTH = 128;
const ANYBODY: Principal = Object.freeze({ agent: '', user: '', attributes: Object.freeze({}), selfDeclared: false });

interface Known {
  readonly agent: string;
  readonly user: string;
  readonly selfDeclared: boolean;
  readonly key: string;
}

/**
 * Remembers keys that are made of nothing but the tool and the principal, as keys are where nothing is said.
 *
 * To make a key anew for each call costs more than to count it: not for the joining, but because a text that is new has
 * to be hashed before it is found in a table. Callers are compared by their names, not by the object that holds them,
 * which some hosts make anew for each call.
 */
export class KnownKeys {
  readonly #make: (call: ToolCall) => string;
  readonly #byTool: boolean;
  readonly #byPrincipal: boolean;
  /** By tool, then by user, or by agent where no user is known; the agents of one user take turns. */
  readonly #known = new Map<string, Map<string, Known>>();
  #size = 0;

  /** @param make - Makes a key, of the tool where `byTool`, of the principal where `byPrincipal`, of nothing else. */
  constructor(make: (call: ToolCall) => string, byTool: boolean, byPrincipal: boolean) {
    this.#make = make;
    this.#byTool = byTool;
    this.#byPrincipal = byPrincipal;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#size;
  }

  /** The key of a call, made where it is not remembered. */
  of(call: ToolCall): string {
    const tool = this.#byTool ? call.tool : '';
    const { agent, user, selfDeclared } = this.#byPrincipal ? call.principal : ANYBODY;
    const name = user === '' ? agent : user;
    const known = this.#known.get(tool)?.get(name);
    // Whoever has the same name is not yet the same caller.
    if (known?.agent === agent && known.user === user && known.selfDeclared === selfDeclared) return known.key;
    const key = this.#make(call);
    const isShort = tool.length + agent.length + user.length <= MAX_NAMES_LENGTH;
    if (isShort) this.#remember(tool, name, { agent, user, selfDeclared, key });
    return key;
  }

  #remember(tool: string, name: string, known: Known): void {
    if (this.#size >= MAX_KNOWN) {
      this.#known.clear();
      this.#size = 0;
    }
    let callers = this.#known.get(tool);
    if (callers === undefined) this.#known.set(tool, (callers = new Map<string, Known>()));
    const before = callers.size;
    callers.set(name, known);
    this.#size += callers.size - before;
  }
}
