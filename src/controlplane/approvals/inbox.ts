import type { ApprovalRecord, ApprovalState } from '../../approval/approval-request.js';
import type { ApprovalPatch } from '../../approval/approval-store.js';
import type { Clock } from '../../call/clock.js';
import { READERS } from '../../wire/role.js';
import { notFound, Problem } from '../http/problem.js';
import type { Caller } from '../keys/caller.js';
import { checkRows, type ServerStore } from '../servers/server-store.js';
import type { Store } from '../store/store.js';
import type { KeptApproval, SqlApprovalStore } from './sql-approval-store.js';

const SWEEP_MS = 1000;

/** Asks people, lets callers wait for the answer, and holds everybody to the rules of deciding. */
export class Inbox {
  readonly #approvals: SqlApprovalStore;
  readonly #servers: ServerStore;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();
  #stopSweep: () => void = () => undefined;
  #closed = false;

  constructor(store: Store, approvals: SqlApprovalStore, servers: ServerStore, clock: Clock) {
    this.#approvals = approvals;
    this.#servers = servers;
    this.#clock = clock;
    store.subscribe((event) => {
      if (event.kind === 'approval') this.#wake(event.id);
      else if (event.kind === 'resync') this.#wakeAll();
    });
  }

  /** Begins to settle requests whose time is up. */
  start(): void {
    this.#stopSweep = this.#clock.after(SWEEP_MS, () => {
      void this.#sweep().finally(() => {
        if (!this.#closed) this.start();
      });
    });
  }

  /** Lets go of all who wait: they get the request as it stands. */
  close(): void {
    this.#closed = true;
    this.#stopSweep();
    this.#wakeAll();
  }

  /** Keeps a question. Asking again under the same id by the same key gives back the first. */
  async ask(record: ApprovalRecord, caller: Caller): Promise<KeptApproval> {
    const before = await this.#approvals.find(record.id);
    if (before === undefined) {
      await this.#approvals.create(record, caller.keyId ?? '');
      return this.see(record.id, caller);
    }
    if (before.askedBy === caller.keyId && before.record.binding === record.binding) return before;
    throw new Problem('conflict', 'This id is taken by another request: make a new one.');
  }

  /**
   * A request as it stands.
   *
   * @throws Problem where there is none, or where it is not for the caller: doors see their own.
   */
  async see(id: string, caller: Caller): Promise<KeptApproval> {
    const kept = await this.#approvals.find(id);
    if (kept === undefined || !maySee(kept, caller)) throw notFound('approval request');
    return this.#settle(kept);
  }

  /**
   * Waits until a request is no longer pending, at most so many milliseconds.
   *
   * @param signal - Aborted where the caller went away.
   */
  async wait(id: string, caller: Caller, ms: number, signal: AbortSignal): Promise<KeptApproval> {
    const until = this.#clock.elapsed() + ms;
    for (;;) {
      const changed = this.#changed(id, signal);
      try {
        const kept = await this.see(id, caller);
        const left = until - this.#clock.elapsed();
        if (kept.record.state !== 'pending' || left <= 0 || this.#closed || signal.aborted) return kept;
        await changed.within(left);
      } finally {
        changed.forget();
      }
    }
  }

  /** Requests, newest first. */
  async list(limit: number, state?: string, before?: number): Promise<readonly KeptApproval[]> {
    return this.#approvals.list(limit, state, before);
  }

  /**
   * Decides.
   *
   * @throws Problem where somebody was first, saying who; and for those who may not: they asked, or others are named.
   */
  async decide(id: string, approved: boolean, always: boolean, caller: Caller): Promise<KeptApproval> {
    const kept = await this.see(id, caller);
    refuseStranger(kept, caller);
    const { server, tool } = kept.record;
    const remember = approved && always;
    if (remember) checkRows(server, [{ name: tool, action: 'allow' }]);
    await this.#step(kept, 'pending', approved ? 'approved' : 'denied', this.#decision(kept, approved, caller));
    if (remember) {
      await this.#servers.allow(server, tool, caller.name);
      await this.#approveOthers(server, tool, caller);
    }
    return this.see(id, caller);
  }

  /**
   * Uses an approval up.
   *
   * @throws Problem where it is for another call, or no longer to be had.
   */
  async use(id: string, binding: string, caller: Caller): Promise<KeptApproval> {
    const kept = await this.see(id, caller);
    if (kept.record.binding !== binding) throw new Problem('conflict', 'This approval is for another call.');
    return this.#step(kept, 'approved', 'consumed', { settledAt: this.#clock.now() });
  }

  /** Takes a request back. */
  async withdraw(id: string, caller: Caller): Promise<KeptApproval> {
    return this.#step(await this.see(id, caller), 'pending', 'withdrawn', { settledAt: this.#clock.now() });
  }

  async #step(kept: KeptApproval, from: ApprovalState, to: ApprovalState, patch: ApprovalPatch): Promise<KeptApproval> {
    const { taken, record } = await this.#approvals.transition(kept.record.id, from, to, patch);
    if (record === undefined) throw notFound('approval request');
    if (taken) return { ...kept, record };
    const by = record.approver === '' ? '' : ` by ${record.approver}`;
    throw new Problem('already_decided', `It is ${record.state} already${by}.`, {
      decided_by: record.approver === '' ? null : record.approver,
      state: record.state,
    });
  }

  #decision({ record }: KeptApproval, approved: boolean, { name }: Caller): ApprovalPatch {
    const now = this.#clock.now();
    return { approver: name, settledAt: now, ...(approved ? { useBy: now + record.useForMs } : {}) };
  }

  async #approveOthers(server: string, tool: string, caller: Caller): Promise<void> {
    for (const other of await this.#approvals.pendingOf(server, tool)) {
      if (!mayDecide(other, caller)) continue;
      await this.#approvals.transition(other.record.id, 'pending', 'approved', this.#decision(other, true, caller));
    }
  }

  /** Settles a request whose time is up, whoever looks first. */
  async #settle(kept: KeptApproval): Promise<KeptApproval> {
    const { id, state, decideBy, useBy } = kept.record;
    const now = this.#clock.now();
    const to =
      state === 'pending' && decideBy <= now
        ? 'expired'
        : state === 'approved' && (useBy ?? 0) <= now
          ? 'lapsed'
          : state;
    if (to === state) return kept;
    const { record } = await this.#approvals.transition(id, state, to, { settledAt: now });
    return record === undefined ? kept : { ...kept, record };
  }

  async #sweep(): Promise<void> {
    try {
      for (const kept of await this.#approvals.overdue(this.#clock.now())) await this.#settle(kept);
    } catch {
      // The store is away: whoever looks meets that, and the next sweep comes.
    }
  }

  /** Notes that a request took a step, from now on: what happens between looking and waiting is not missed. */
  #changed(id: string, signal: AbortSignal): { within: (ms: number) => Promise<void>; forget: () => void } {
    let wake = (): void => undefined;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(wake));
    signal.addEventListener('abort', wake);
    let cancel = (): void => undefined;
    return {
      within: (ms) => {
        cancel = this.#clock.after(ms, wake);
        return woken;
      },
      forget: () => {
        cancel();
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(id);
      },
    };
  }

  #wake(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  #wakeAll(): void {
    for (const id of this.#waiting.keys()) this.#wake(id);
  }
}

/** Doors see what they asked; people see everything. */
export function maySee({ askedBy }: KeptApproval, { role, keyId }: Caller): boolean {
  return READERS.includes(role) || (keyId !== null && askedBy === keyId);
}

function mayDecide({ record, askedBy }: KeptApproval, { name, keyId }: Caller): boolean {
  const asked = record.principal.user === name || (keyId !== null && askedBy === keyId);
  return !asked && (record.approvers.length === 0 || record.approvers.includes(name));
}

function refuseStranger(kept: KeptApproval, caller: Caller): void {
  if (mayDecide(kept, caller)) return;
  const { approvers } = kept.record;
  throw new Problem(
    'not_an_approver',
    approvers.length === 0 || approvers.includes(caller.name)
      ? 'You, or the key you come with, asked: somebody else has to decide.'
      : 'This request names who may decide, and you are none of them.',
  );
}
