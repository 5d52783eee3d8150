import type { CompiledRule } from '../compiled-rule.js';
import { shapeOf } from './name-shape.js';
import { RuleGroup } from './rule-group.js';
import { Shelves } from './shelves.js';

/** Rules up to this number are walked rather than looked up. */
const SMALL = 16;
const ANY = [undefined];

/** Rules that the same tools meet; once there are many, sorted by their servers. */
export class ServerGroups {
  #all: RuleGroup | undefined = new RuleGroup();
  #servers: Shelves<RuleGroup> | undefined;

  /** Adds a rule; rules come in their order. */
  add(rule: CompiledRule): void {
    if (this.#all !== undefined) {
      this.#all.add(rule);
      if (this.#all.rules.length > SMALL) this.#split(this.#all.rules);
      return;
    }
    for (const server of rule.server?.patterns ?? ANY) this.#servers?.groupFor(shapeOf(server)).add(rule);
  }

  /** Adds the groups whose rules a server may meet to a list. */
  collect(server: string, into: RuleGroup[]): void {
    if (this.#all !== undefined) into.push(this.#all);
    else into.push(...(this.#servers?.groupsOf(server) ?? []));
  }

  #split(rules: readonly CompiledRule[]): void {
    this.#all = undefined;
    this.#servers = new Shelves(() => new RuleGroup());
    for (const rule of rules) this.add(rule);
  }
}
