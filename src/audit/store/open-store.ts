import type { Store, StoreOptions } from './store.js';

/** Opens a store; its driver is loaded here and nowhere before. */
export async function openStore(options: StoreOptions): Promise<Store> {
  switch (options.kind) {
    case 'libsql':
      return (await import('./libsql-store.js')).LibsqlStore.open(options);
    case 'jsonl':
      return (await import('./jsonl-store.js')).JsonlStore.open(options);
    case 'postgres':
      return (await import('./postgres-store.js')).PostgresStore.open(options);
  }
}
