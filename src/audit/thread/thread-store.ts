import { Worker } from 'node:worker_threads';
import { AuditError } from '../audit-error.js';
import type { Batch, Store, StoreOptions } from '../store/store.js';
import { type Answer, fromFault } from './messages.js';

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * A store in a thread of its own: chaining, writing and searching then take nothing from the calls.
 *
 * The thread holds the process only while there is something to wait for.
 */
export class ThreadStore implements Store {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #next = 0;

  constructor(options: StoreOptions) {
    this.#worker = new Worker(new URL('./store-thread.js', import.meta.url), { workerData: options });
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => {
      this.#settle(answer);
    });
    this.#worker.on('error', (fault) => {
      this.#abandon(fault);
    });
    this.#worker.on('exit', () => {
      this.#abandon(undefined);
    });
  }

  readonly append = (batch: Batch) => this.#ask<'append'>('append', batch);
  readonly page = (...args: Parameters<Store['page']>) => this.#ask<'page'>('page', ...args);
  readonly count = (...args: Parameters<Store['count']>) => this.#ask<'count'>('count', ...args);
  readonly read = (...args: Parameters<Store['read']>) => this.#ask<'read'>('read', ...args);
  readonly bounds = () => this.#ask<'bounds'>('bounds');
  readonly inspect = () => this.#ask<'inspect'>('inspect');
  readonly prunable = (...args: Parameters<Store['prunable']>) => this.#ask<'prunable'>('prunable', ...args);
  readonly prune = (...args: Parameters<Store['prune']>) => this.#ask<'prune'>('prune', ...args);
  readonly sync = () => this.#ask<'sync'>('sync');

  /** {@inheritDoc Store.close} */
  async close(): Promise<void> {
    try {
      await this.#ask<'close'>('close');
    } finally {
      await this.#worker.terminate();
    }
  }

  #ask<M extends keyof Store>(method: M, ...args: readonly unknown[]): Promise<Awaited<ReturnType<Store[M]>>> {
    const id = (this.#next += 1);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, method, args });
    });
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if (answer.fault === undefined) pending?.resolve(answer.result as never);
    else pending?.reject(fromFault(answer.fault));
  }

  #abandon(cause: unknown): void {
    const fault = new AuditError('The thread that keeps the record has ended.', { cause });
    for (const { reject } of this.#pending.values()) reject(fault);
    this.#pending.clear();
  }
}
