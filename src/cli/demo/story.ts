import { performance } from 'node:perf_hooks';
import type { createPolicy } from '../../wire/policies.js';
import type { replaceTools } from '../../wire/servers.js';
import type { AdministratorRequest } from './administrator.js';
import { decideNext } from './decide-next.js';
import type { DemoControlplane } from './demo-controlplane.js';
import type { DemoSession } from './demo-session.js';
import { type DemoCall, type Played, playCall, type PlayedCall } from './play.js';
import { proveRecord } from './prove-record.js';
import { toCurl, toRequest } from './request-lines.js';

/** Calls, and what is done to the controlplane between them; what was seen is kept in order. */
export class Story {
  readonly #controlplane: DemoControlplane;
  readonly #session: DemoSession;
  readonly #played: Played[] = [];
  #callsBeforeStop = 0;

  constructor(controlplane: DemoControlplane, session: DemoSession) {
    this.#controlplane = controlplane;
    this.#session = session;
  }

  /** What happened so far. */
  get played(): readonly Played[] {
    return this.#played;
  }

  /** Makes a call. */
  async call(call: DemoCall): Promise<void> {
    this.#played.push(await playCall(this.#session, call));
  }

  /** Makes a call that waits for a person, and decides as that person. */
  async ask(call: DemoCall, approved: boolean): Promise<void> {
    const { approver } = this.#controlplane;
    const [played, step] = await Promise.all([
      playCall(this.#session, call),
      decideNext(approver, call.tool, approved),
    ]);
    this.#played.push(step, played);
  }

  /** Changes what the controlplane says, and waits until the server goes by it. */
  async change(
    told: string,
    endpoint: typeof createPolicy | typeof replaceTools,
    request: AdministratorRequest,
    as: 'curl' | 'in short' = 'in short',
  ): Promise<void> {
    const { editor, url } = this.#controlplane;
    const sent = performance.now();
    const { revision } = await editor.ask(endpoint, request);
    await this.#session.inForce(revision);
    const ms = Math.ceil(performance.now() - sent);
    this.#played.push({
      kind: 'step',
      told,
      request: as === 'curl' ? toCurl(url, endpoint, request) : toRequest(endpoint, request),
      seen: `${endpoint.status}: revision ${revision}, in force in the running server ${ms} ms after it was sent.`,
    });
  }

  /** Stops the controlplane. */
  async stop(told: string): Promise<void> {
    this.#callsBeforeStop = this.#calls.length;
    await this.#controlplane.stop();
    this.#played.push({ kind: 'step', told, request: [], seen: '' });
  }

  /** Starts the controlplane again, ends the server, and holds the record against the calls that were made. */
  async resume(told: string): Promise<void> {
    await this.#controlplane.restart();
    // A server that ends delivers first what it still has.
    await this.#session.close();
    const calls = this.#calls;
    const proof = await proveRecord(this.#controlplane.editor, calls, calls.length - this.#callsBeforeStop);
    for (const [at, played] of this.#played.entries()) {
      if (played.kind === 'call') this.#played[at] = proof.judge(played);
    }
    this.#played.push({ kind: 'step', told, request: proof.request, seen: proof.seen });
  }

  get #calls(): readonly PlayedCall[] {
    return this.#played.filter((each) => each.kind === 'call');
  }
}
