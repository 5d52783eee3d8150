import type { Action } from '../../call/action.js';
import { ACTIONS } from '../../call/action.js';
import type { Clock } from '../../call/clock.js';
import type { JsonObject } from '../../call/json.js';
import { FleetPolicy } from '../../policy/fleet/fleet-policy.js';
import type { PolicyRule } from '../../policy/document.js';
import { Policy } from '../../policy/policy.js';
import type { Snapshot } from '../../wire/checks.js';
import type { WirePolicy } from '../../wire/policies.js';
import { toRule } from '../policies/to-rule.js';
import type { Store } from '../store/store.js';
import { type FleetRows, readFleet } from './read-fleet.js';

/** What decides, as of one revision. */
export interface FleetState {
  readonly snapshot: Snapshot;
  /** The snapshot as it is sent. */
  readonly body: string;
  readonly policy: FleetPolicy;
}

interface RuleOfPolicy {
  readonly rule: PolicyRule;
  readonly delay: number;
}

/**
 * What decides, compiled, and kept up with the store.
 *
 * Only what changed since the last revision is read and compiled. A fault of the store leaves what was there in force.
 */
export class Fleet {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #rules = new Map<string, RuleOfPolicy>();
  readonly #documents = new Map<string, JsonObject>();
  #documentRevision = -1;
  #state: FleetState | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** What decides now. Throws before the first refresh. */
  get state(): FleetState {
    if (this.#state === undefined) throw new Error('the policies were not loaded');
    return this.#state;
  }

  /** Catches up with the store: when it resolves, everything that was kept before the call decides. */
  refresh(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#catchUp().finally(() => (this.#running = undefined));
      return this.#running;
    }
    // The one that runs may have read before: wait for one that begins after it, which all who wait share.
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.refresh();
      });
    return this.#next;
  }

  async #catchUp(): Promise<void> {
    const before = this.#state;
    const rows = await readFleet(this.#store, before?.snapshot.revision ?? -1);
    if (rows === undefined) return;
    this.#keepPolicies(rows);
    await this.#keepDocument(rows);
    const snapshot: Snapshot = {
      revision: rows.revision,
      generated_at: new Date(this.#clock.now()).toISOString(),
      global_default: toAction(rows.globalDefault),
      managed: this.#keepTools(rows),
      layers: ['document', 'mandatory', 'policies', 'tools'].flatMap((name) => {
        const document = this.#documents.get(name);
        return document === undefined ? [] : [{ name, document }];
      }),
      ...(rows.pins.length > 0 && { pins: [...rows.pins] }),
    };
    const policy = await FleetPolicy.load(snapshot, before?.policy);
    this.#state = { snapshot, body: JSON.stringify(snapshot), policy };
  }

  #keepPolicies({ policies }: FleetRows): void {
    if (policies.length === 0) return;
    for (const { id, deleted, state } of policies) {
      const policy = JSON.parse(state) as WirePolicy;
      if (deleted === 1 || !policy.enabled) this.#rules.delete(id);
      else this.#rules.set(id, toEntry(toRule(policy)));
    }
    const rules = [...this.#rules.values()].sort(strictestFirst).map(({ rule }) => rule);
    const isFirst = ({ mandatory, final }: PolicyRule): boolean => mandatory === true || final === true;
    this.#keep('mandatory', rules.filter(isFirst));
    this.#keep(
      'policies',
      rules.filter((rule) => !isFirst(rule)),
    );
  }

  #keep(name: string, rules: readonly PolicyRule[]): void {
    if (rules.length === 0) this.#documents.delete(name);
    else this.#documents.set(name, { version: 1, rules });
  }

  async #keepDocument({ document: row }: FleetRows): Promise<void> {
    const { text = '', revision = 0 } = row ?? {};
    if (revision === this.#documentRevision) return;
    if (text === '') {
      this.#documents.delete('document');
    } else {
      const { tests: _, ...document } = (await Policy.load(text, { source: 'policy document' })).document;
      this.#documents.set('document', document);
    }
    this.#documentRevision = revision;
  }

  /** Keeps the tool table; gives back the servers that are managed. */
  #keepTools({ toolRows, marked }: FleetRows): string[] {
    const tools = new Map<string, Map<string, string>>();
    for (const { server, tool, action } of toolRows) {
      const table = tools.get(server) ?? new Map<string, string>();
      tools.set(server, table.set(tool, action));
    }
    const written = Object.fromEntries([...tools].map(([server, table]) => [server, Object.fromEntries(table)]));
    const before = this.#documents.get('tools')?.['tools'];
    if (toolRows.length === 0) this.#documents.delete('tools');
    else if (JSON.stringify(before) !== JSON.stringify(written)) {
      this.#documents.set('tools', { version: 1, tools: written });
    }
    return [...new Set([...marked, ...tools.keys()])].sort();
  }
}

function toEntry(rule: PolicyRule): RuleOfPolicy {
  return { rule, delay: rule.throttle_delay_seconds ?? 0 };
}

/**
 * In a document the first match decides, of policies the strictest: so the strictest stands first, and of throttles the
 * longest. Ids settle the rest, so that every process makes the same snapshot of one revision.
 */
function strictestFirst(one: RuleOfPolicy, other: RuleOfPolicy): number {
  return (
    ACTIONS.indexOf(other.rule.action) - ACTIONS.indexOf(one.rule.action) ||
    other.delay - one.delay ||
    ((one.rule.name ?? '') < (other.rule.name ?? '') ? -1 : 1)
  );
}

function toAction(text: string): Action {
  return ACTIONS.find((action) => action === text) ?? 'block';
}
