import type { ApprovalRecord, ApprovalState } from '../../approval/approval-request.js';
import type { ApprovalPatch } from '../../approval/approval-store.js';
import { mayApprove } from '../../approval/may-approve.js';
import type { Clock } from '../../call/clock.js';
import { EDITORS, READERS } from '../../wire/role.js';
import type { Fleet } from '../decisions/fleet.js';
import { notFound, Problem } from '../http/problem.js';
import { type Caller, idOf } from '../keys/caller.js';
import { checkRows, type ServerStore } from '../servers/server-store.js';
import type { Store } from '../store/store.js';
import type { ApprovalPage, Deadlines, KeptApproval, SqlApprovalStore } from './sql-approval-store.js';

const SWEEP_MS = 1000;

/** Asks people, lets callers wait for the answer, and holds everybody to the rules of deciding. */
export class Inbox {
  readonly #approvals: SqlApprovalStore;
  readonly #servers: ServerStore;
  readonly #fleet: Fleet;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();
  #stopSweep: () => void = () => undefined;
  #closed = false;

  constructor(store: Store, approvals: SqlApprovalStore, servers: ServerStore, fleet: Fleet, clock: Clock) {
    this.#approvals = approvals;
    this.#servers = servers;
    this.#fleet = fleet;
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
    const added = await this.#approvals.add(record, idOf(caller));
    const kept = await this.#approvals.find(record.id);
    if (kept === undefined) throw notFound('approval request');
    if (added || (hasAsked(kept, caller) && kept.record.binding === record.binding)) return this.#settle(kept);
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
  async list(limit: number, state?: string, before?: number): Promise<ApprovalPage> {
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
    if (approved && always) return this.#approveAlways(kept, caller);
    return this.#step(kept, 'pending', approved ? 'approved' : 'denied', this.#decision(kept, approved, caller));
  }

  /**
   * Uses an approval up.
   *
   * What it is good for is the door's to say: the door made the binding of the call as it would run, under a key of its
   * own, and here it is compared and nothing more. So only whoever asked can use what was given.
   *
   * @throws Problem where it is for another call or was asked by somebody else, or is no longer to be had.
   */
  async use(id: string, binding: string, caller: Caller): Promise<KeptApproval> {
    const kept = await this.#own(id, caller);
    if (kept.record.binding !== binding) throw new Problem('conflict', 'This approval is for another call.');
    return this.#step(kept, 'approved', 'consumed', { settledAt: this.#clock.now() });
  }

  /** Takes a request back; only whoever asked can. */
  async withdraw(id: string, caller: Caller): Promise<KeptApproval> {
    return this.#step(await this.#own(id, caller), 'pending', 'withdrawn', { settledAt: this.#clock.now() });
  }

  async #own(id: string, caller: Caller): Promise<KeptApproval> {
    const kept = await this.see(id, caller);
    if (hasAsked(kept, caller)) return kept;
    throw new Problem('conflict', 'Another key asked: what it is told is for its calls alone.');
  }

  async #step(kept: KeptApproval, from: ApprovalState, to: ApprovalState, patch: ApprovalPatch): Promise<KeptApproval> {
    const { taken, record } = await this.#approvals.transition(kept.record.id, from, to, patch);
    if (taken) return { ...kept, record };
    throw alreadySettled(record);
  }

  /** One transaction: the row of the tool is set where the request was approved, and nowhere else. */
  async #approveAlways(kept: KeptApproval, caller: Caller): Promise<KeptApproval> {
    const { id, server, tool } = kept.record;
    if (kept.record.state !== 'pending') throw alreadySettled(kept.record);
    checkRows(server, [{ name: tool, action: 'allow' }]);
    await this.#refuseUnasked(kept.record);
    let record: ApprovalRecord | undefined;
    await this.#servers
      .allow(server, tool, caller.name, EDITORS.includes(caller.role), async ({ tx, publish }) => {
        const approve = (each: KeptApproval): Promise<ApprovalRecord | undefined> =>
          this.#approvals.step(tx, publish, each.record.id, 'pending', 'approved', this.#decision(each, true, caller));
        record = await approve(kept);
        if (record === undefined) throw new Problem('already_decided');
        for (const other of await this.#approvals.pendingOf(tx, server, tool)) {
          if (isSameQuestion(other, kept) && mayDecide(other, caller)) await approve(other);
        }
      })
      .catch(async (fault: unknown) => {
        throw fault instanceof Problem && fault.code === 'already_decided'
          ? alreadySettled(await this.#approvals.get(id))
          : fault;
      });
    return record === undefined ? kept : { ...kept, record };
  }

  /** What a door asks by a policy of its own, or asked before the policies changed, no row would answer. */
  async #refuseUnasked({ server, tool, principal, arguments: args }: ApprovalRecord): Promise<void> {
    await this.#fleet.refresh();
    const { agent, user } = principal;
    const call = { server, tool, agent, user, attributes: {}, args, annotations: undefined, now: this.#clock.now() };
    const action = this.#fleet.state.policy.opinion(call)?.action;
    if (action === 'review') return;
    const said = action === undefined ? 'do not ask about this call' : `say ${action} to this call now`;
    throw new Problem('conflict', `The policies ${said}: approve it once, or let an editor change them.`);
  }

  #decision({ record }: KeptApproval, approved: boolean, { name }: Caller): ApprovalPatch {
    const now = this.#clock.now();
    return { approver: name, settledAt: now, ...(approved ? { useBy: now + record.useForMs } : {}) };
  }

  async #settle(kept: KeptApproval): Promise<KeptApproval> {
    const record = await this.#settled(kept.record);
    return record === undefined ? kept : { ...kept, record };
  }

  /** Settles a request whose time is up, whoever looks first; undefined where it is not up. */
  async #settled({ id, state, decideBy, useBy }: Deadlines): Promise<ApprovalRecord | undefined> {
    const now = this.#clock.now();
    const to =
      state === 'pending' && decideBy <= now
        ? 'expired'
        : state === 'approved' && (useBy ?? 0) <= now
          ? 'lapsed'
          : state;
    if (to === state) return undefined;
    return (await this.#approvals.transition(id, state, to, { settledAt: now })).record;
  }

  async #sweep(): Promise<void> {
    try {
      for (const each of await this.#approvals.overdue(this.#clock.now())) await this.#settled(each);
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
export function maySee({ askedBy }: Pick<KeptApproval, 'askedBy'>, caller: Caller): boolean {
  return READERS.includes(caller.role) || askedBy === idOf(caller);
}

function hasAsked({ askedBy }: KeptApproval, caller: Caller): boolean {
  return askedBy === idOf(caller);
}

/** Whoever asked may not decide: not under the key or session they asked with, nor under a name that reads like theirs. */
function mayDecide(kept: KeptApproval, caller: Caller): boolean {
  const { record } = kept;
  return !hasAsked(kept, caller) && mayApprove(caller.name, record, record.principal);
}

/** What another rule asks is another question: the row of the tool would not answer it either. */
function isSameQuestion({ record: one }: KeptApproval, { record: other }: KeptApproval): boolean {
  return one.ruleName === other.ruleName && one.policyId === other.policyId;
}

function alreadySettled(record: ApprovalRecord | undefined): Problem {
  if (record === undefined) return notFound('approval request');
  const { state, approver } = record;
  const by = approver === '' ? '' : ` by ${approver}`;
  return new Problem('already_decided', `It is ${state} already${by}.`, {
    decided_by: approver === '' ? null : approver,
    state,
  });
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
