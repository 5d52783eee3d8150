import type { CallNotification } from '../call/host-request.js';
import { protocolOwn } from '../enforcement/protocol-own.js';
import { describeFault, log } from '../telemetry/log.js';
import { type Message, strip } from './message.js';

/** Judges a notification of the server; undefined where it is withheld. */
export type JudgeNotification = (notification: CallNotification) => Promise<CallNotification | undefined>;

/** What a server says besides its answers, judged one after the other: nothing that came later overtakes it. */
export class JudgedNotifications {
  readonly #judge: JudgeNotification;
  #judging: Promise<void> | undefined;

  constructor(judge: JudgeNotification) {
    this.#judge = judge;
  }

  /** Hands a notification on once it is judged; the protocol's own at once. */
  take(message: CallNotification, deliver: (message: Message) => void): void {
    if (protocolOwn(message) !== undefined) {
      deliver(strip(message));
      return;
    }
    const before = this.#judging ?? Promise.resolve();
    const judging = before
      .then(() => this.#pass(message, deliver))
      .finally(() => {
        if (this.#judging === judging) this.#judging = undefined;
      });
    this.#judging = judging;
  }

  /** Calls back when all that came so far is handed on: at once where nothing is being judged. */
  afterwards(callback: () => void): void {
    if (this.#judging === undefined) callback();
    else void this.#judging.then(callback);
  }

  async #pass(message: CallNotification, deliver: (message: Message) => void): Promise<void> {
    try {
      const passed = await this.#judge(message);
      if (passed === undefined) return;
      deliver(strip(passed === message ? message : { jsonrpc: '2.0', ...passed }));
    } catch (fault) {
      log('error', `${message.method} could not be judged and was withheld: ${describeFault(fault)}`);
    }
  }
}
