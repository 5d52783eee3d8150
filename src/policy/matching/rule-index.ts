import { isGlob } from '../../call/glob.js';
import type { CompiledRule, NamePatterns } from '../compiled-rule.js';
import { HashTable } from './hash-table.js';
import { mixed, NameHashes } from './name-hashes.js';
import { EXACT, shapeOf } from './name-shape.js';
import { type Caller, type RuleShape, RuleShapes } from './rule-shape.js';

/** A rule is kept under so many combinations of its names, or under the names of one list only. */
const MOST_KEYS = 256;
const ANY = [undefined];

/** Where there are rules for one tool on one server that are looked up by the caller's name. */
export interface NamedGroup {
  readonly caller: Caller;
  readonly hash: number;
}

/**
 * Finds the rules that a tool may meet without asking the others.
 *
 * Rules are kept by what their patterns hold literally: whole names, or beginnings and ends. One look-up for every
 * shape of patterns that occurs finds all rules whose literals fit. Hashes stand for the literals: a rule that is found
 * may not match, but every rule that matches is found.
 */
export class RuleIndex {
  readonly #rules: CompiledRule[] = [];
  readonly #shapes = new RuleShapes();
  readonly #table = new HashTable();
  readonly #tool = new NameHashes();
  readonly #server = new NameHashes();
  readonly #name = new NameHashes();

  /** Adds a rule; rules come in their order. */
  add(rule: CompiledRule): void {
    const number = this.#rules.push(rule) - 1;
    const tools = rule.tool?.patterns ?? ANY;
    const servers = rule.server?.patterns ?? ANY;
    const caller = callerOf(rule);
    const names = caller === 'anybody' ? [] : (rule[caller] as NamePatterns).patterns;
    const most = Math.max(MOST_KEYS, tools.length, servers.length, names.length);
    const usesServers = tools.length * servers.length <= most;
    const usesNames = names.length > 0 && tools.length * names.length * (usesServers ? servers.length : 1) <= most;
    for (const tool of tools) {
      for (const server of usesServers ? servers : ANY) {
        const hash = this.#hashFor(tool, server, usesNames ? caller : 'anybody');
        if (!usesNames) this.#table.add(hash, number);
        else this.#addNamed(hash, names, number);
      }
    }
  }

  /** The rules that any caller may meet and whose literals fit: those of one shape in order, a rule once or more. */
  rulesFor(tool: string, server: string): CompiledRule[] {
    const found: CompiledRule[] = [];
    if (this.#rules.length === 0) return found;
    this.#read(tool, server);
    for (const shape of this.#shapes.open) if (this.#fits(shape)) this.#collect(this.#hashUnder(shape), found);
    return found;
  }

  /** Where rules that only some callers meet are looked up, as far as their literals fit. */
  namedGroupsFor(tool: string, server: string): readonly NamedGroup[] {
    const groups: NamedGroup[] = [];
    if (this.#shapes.named.length === 0) return groups;
    this.#read(tool, server);
    for (const shape of this.#shapes.named) {
      if (!this.#fits(shape)) continue;
      const hash = this.#hashUnder(shape);
      if (this.#table.find(hash) !== 0) groups.push({ caller: shape.caller, hash });
    }
    return groups;
  }

  /** The rules of such groups that name this user or this agent. */
  rulesNaming(user: string, agent: string, groups: readonly NamedGroup[]): CompiledRule[] {
    const found: CompiledRule[] = [];
    for (const { caller, hash } of groups) {
      const name = this.#name.read(caller === 'user' ? user : agent);
      if (name.fits(EXACT)) this.#collect(mixed(hash, name.under(EXACT)), found);
    }
    return found;
  }

  #addNamed(group: number, names: readonly string[], number: number): void {
    // The group's own entry says that it exists; what it holds is found under the names.
    if (this.#table.find(group) === 0) this.#table.add(group, number);
    for (const name of names) this.#table.add(mixed(group, this.#name.read(name).under(EXACT)), number);
  }

  /** The hash of what two patterns hold under the shape they are kept by. */
  #hashFor(tool: string | undefined, server: string | undefined, caller: Caller): number {
    const shape = this.#shapes.keep(shapeOf(tool), shapeOf(server), caller);
    this.#read(tool ?? '', server ?? '');
    return this.#hashUnder(shape);
  }

  #read(tool: string, server: string): void {
    this.#tool.read(tool);
    this.#server.read(server);
  }

  #fits(shape: RuleShape): boolean {
    return this.#tool.fits(shape.tool) && this.#server.fits(shape.server);
  }

  #hashUnder({ tool, server, id }: RuleShape): number {
    return mixed(mixed(this.#tool.under(tool), this.#server.under(server)), id);
  }

  #collect(hash: number, into: CompiledRule[]): void {
    for (let entry = this.#table.find(hash); entry !== 0; entry = this.#table.after(entry)) {
      into.push(this.#rules[this.#table.numberOf(entry)] as CompiledRule);
    }
  }
}

/** Whom a rule names exactly, if anybody; a rule that names users and agents is looked up by the user. */
function callerOf({ user, agent }: CompiledRule): Caller {
  if (user !== undefined && !user.patterns.some(isGlob)) return 'user';
  return agent !== undefined && !agent.patterns.some(isGlob) ? 'agent' : 'anybody';
}
