import type { JsonObject } from '../../call/json.js';
import type { Member } from './member.js';

/** So many of each are remembered, the newest. */
const MOST = 100_000;

/** Whose resources and tasks are whose: the first that named one is asked for it, as long as that is remembered. */
export class Owners {
  readonly #resources = new Map<string, Member>();
  readonly #templates = new Map<string, Member>();
  readonly #tasks = new Map<string, Member>();

  /** Notes what a server lists; gives back what is its own. */
  noteListed(member: Member, key: string, items: readonly JsonObject[]): readonly JsonObject[] {
    if (key === 'resources') return items.filter(({ uri }) => claim(this.#resources, uri, member));
    if (key === 'tasks') return items.filter(({ taskId }) => this.claimTask(taskId, member));
    if (key === 'resourceTemplates') {
      for (const { uriTemplate } of items) {
        if (typeof uriTemplate === 'string') claim(this.#templates, uriTemplate.replace(/\{.*$/s, ''), member);
      }
    }
    return items;
  }

  /** Whom to ask for a resource: who listed it, else whose template fits best; undefined where nobody knows. */
  ofResource(uri: string): Member | undefined {
    const listed = this.#resources.get(uri);
    if (listed !== undefined) return listed;
    let best = '';
    for (const start of this.#templates.keys()) {
      if (start.length > best.length && uri.startsWith(start)) best = start;
    }
    return this.#templates.get(best);
  }

  /** False for a task of another server: whoever names it must not answer for it. */
  claimTask(taskId: unknown, member: Member): boolean {
    return claim(this.#tasks, taskId, member);
  }

  /** Whose task it is. */
  ofTask(taskId: unknown): Member | undefined {
    return typeof taskId === 'string' ? this.#tasks.get(taskId) : undefined;
  }
}

function claim(owners: Map<string, Member>, key: unknown, member: Member): boolean {
  if (typeof key !== 'string') return true;
  const owner = owners.get(key);
  if (owner !== undefined) return owner === member;
  if (owners.size >= MOST) owners.delete(owners.keys().next().value ?? '');
  owners.set(key, member);
  return true;
}
