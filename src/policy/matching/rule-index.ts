import type { CompiledRule } from '../compiled-rule.js';
import { shapeOf } from './name-shape.js';
import type { RuleGroup } from './rule-group.js';
import { ServerGroups } from './server-groups.js';
import { Shelves } from './shelves.js';

const ANY = [undefined];

/** Finds the rules that a tool may meet without asking the others. */
export class RuleIndex {
  readonly #tools = new Shelves(() => new ServerGroups());

  /** Adds a rule; rules come in their order. */
  add(rule: CompiledRule): void {
    for (const tool of rule.tool?.patterns ?? ANY) this.#tools.groupFor(shapeOf(tool)).add(rule);
  }

  /** The groups that hold every rule whose patterns match, and others whose literals fit. */
  groupsFor(tool: string, server: string): readonly RuleGroup[] {
    const groups: RuleGroup[] = [];
    for (const servers of this.#tools.groupsOf(tool)) servers.collect(server, groups);
    return groups;
  }
}
