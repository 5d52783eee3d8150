import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from '../store/open-store.js';
import type { Store, StoreOptions } from '../store/store.js';
import { type Answer, type Request, toFault } from './messages.js';

// The other side of ThreadStore: opens the store it was told of, and does what it is asked, one thing after the other.
const port = parentPort;
let last = Promise.resolve();
let store: Store | undefined;

port?.on('message', (request: Request) => {
  last = last.then(async () => {
    port.postMessage(await answer(request));
  });
});

async function answer({ id, method, args }: Request): Promise<Answer> {
  try {
    store ??= await openStore(workerData as StoreOptions);
    const call = store[method].bind(store) as (...args: readonly unknown[]) => unknown;
    return { id, result: await call(...args) };
  } catch (fault) {
    return { id, fault: toFault(fault) };
  }
}
