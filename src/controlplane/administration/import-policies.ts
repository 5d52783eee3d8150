import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../call/clock.js';
import { checkDocument } from '../documents/document-store.js';
import { complete, type StoredPolicy, toRow } from '../policies/stored-policy.js';
import { checkRule } from '../policies/to-rule.js';
import { checkRows } from '../servers/server-store.js';
import { type Change, changeWithin } from '../store/ledger.js';
import type { Store } from '../store/store.js';
import { type PoliciesFile, readPoliciesFile, toFiled } from './policies-file.js';

/** How a file is brought in. */
export interface ImportOptions {
  /** Recorded as who changed everything. */
  readonly by: string;
  /** True: what does not stand in the file goes. Default false: it stays. */
  readonly replace?: boolean;
}

/** What came of an import; each is a revision. */
export interface Imported {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
}

/** A transaction that counts. */
interface Importing extends Pick<Change, 'tx' | 'publish'> {
  readonly clock: Clock;
  readonly by: string;
  readonly counts: { created: number; updated: number; deleted: number; unchanged: number };
}

/**
 * Brings in a file that {@link exportPolicies} wrote: all of it, in one transaction, or nothing.
 *
 * @throws ConfigError for a file that cannot be read; Problem for a policy, a table or a document that cannot be used.
 */
export async function importPolicies(
  store: Store,
  clock: Clock,
  text: string,
  { by, replace = false }: ImportOptions,
): Promise<Imported> {
  const file = readPoliciesFile(text);
  for (const { id, ...policy } of file.policies) checkRule({ id, ...complete(policy) });
  for (const { name, tools } of file.servers) checkRows(name, tools);
  if (file.document !== '') await checkDocument(file.document);
  return store.write(async (tx, publish) => {
    const counts = { created: 0, updated: 0, deleted: 0, unchanged: 0 };
    const importing: Importing = { tx, publish, clock, by, counts };
    // Written first, so that nobody changes meanwhile what is read next.
    await tx
      .updateTable('fleet')
      .set((fleet) => ({ revision: fleet('revision', '+', 0) }))
      .execute();
    for (const policy of file.policies) await importPolicy(importing, policy);
    for (const server of file.servers) await importServer(importing, server);
    await importDefault(importing, file);
    if (file.document !== '' || replace) await importDocument(importing, file);
    if (replace) await deleteOthers(importing, file);
    return counts;
  });
}

async function importPolicy(
  importing: Importing,
  { id, created_at, created_by, ...input }: PoliciesFile['policies'][number],
): Promise<void> {
  const { tx, counts } = importing;
  const row = await tx.selectFrom('policies').select(['state', 'deleted']).where('id', '=', id).executeTakeFirst();
  const before = row?.deleted === 0 ? (JSON.parse(row.state) as StoredPolicy) : undefined;
  const fields = complete(input);
  const made = { id, ...fields, created_at, created_by };
  if (before !== undefined && isDeepStrictEqual(toFiled(before), toFiled({ ...before, ...made }))) {
    counts.unchanged++;
    return;
  }
  counts[before === undefined ? 'created' : 'updated']++;
  await revise(importing, 'policy', id, async ({ revision, at }) => {
    const policy: StoredPolicy = { ...made, revision, updated_at: at, updated_by: importing.by };
    const kept = { ...toRow(policy), deleted: 0 };
    await tx
      .insertInto('policies')
      .values(kept)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(kept))
      .execute();
    return policy;
  });
}

async function importServer(
  importing: Importing,
  { name, managed = false, tools }: PoliciesFile['servers'][number],
): Promise<void> {
  const { tx, counts } = importing;
  const known = await tx.selectFrom('servers').select('marked').where('name', '=', name).executeTakeFirst();
  const rows = await tx
    .selectFrom('tool_rows')
    .select(['tool', 'action'])
    .where('server', '=', name)
    .orderBy('tool')
    .execute();
  const before = rows.map(({ tool, action }) => `${action} ${tool}`).sort();
  const after = tools.map((each) => `${each.action} ${each.name}`).sort();
  if (known !== undefined && (known.marked === 1) === managed && isDeepStrictEqual(before, after)) {
    counts.unchanged++;
    return;
  }
  counts[known === undefined ? 'created' : 'updated']++;
  await revise(importing, 'server', name, async ({ revision, at }) => {
    await tx.deleteFrom('tool_rows').where('server', '=', name).execute();
    for (const { name: tool, action } of tools) {
      await tx.insertInto('tool_rows').values({ server: name, tool, action }).execute();
    }
    const set = { marked: managed ? 1 : 0, revision };
    await tx
      .insertInto('servers')
      .values({ name, first_seen: at, last_seen: at, ...set })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(set))
      .execute();
    return { name, managed, tools };
  });
}

async function importDefault(importing: Importing, { global_default }: PoliciesFile): Promise<void> {
  const { tx, counts } = importing;
  const fleet = await tx.selectFrom('fleet').select('global_default').executeTakeFirstOrThrow();
  if (fleet.global_default === global_default) return;
  counts.updated++;
  await revise(importing, 'global_default', 'global-default', async ({ revision }) => {
    await tx.updateTable('fleet').set({ global_default }).where('id', '=', 1).execute();
    return { action: global_default, revision };
  });
}

async function importDocument(importing: Importing, { document: text }: PoliciesFile): Promise<void> {
  const { tx, counts, by } = importing;
  const row = await tx.selectFrom('policy_document').select('text').executeTakeFirst();
  if ((row?.text ?? '') === text) {
    counts.unchanged++;
    return;
  }
  counts[text === '' ? 'deleted' : row === undefined ? 'created' : 'updated']++;
  await revise(importing, 'document', 'policy-document', async ({ revision, at }) => {
    const document = { text, revision, updated_at: at, updated_by: by };
    await tx
      .insertInto('policy_document')
      .values({ id: 1, ...document })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(document))
      .execute();
    return document;
  });
}

async function deleteOthers(importing: Importing, file: PoliciesFile): Promise<void> {
  const { tx, counts } = importing;
  const ids = new Set(file.policies.map(({ id }) => id));
  for (const { id } of await tx.selectFrom('policies').select('id').where('deleted', '=', 0).orderBy('id').execute()) {
    if (ids.has(id)) continue;
    counts.deleted++;
    await revise(importing, 'policy', id, async ({ revision }) => {
      await tx.updateTable('policies').set({ deleted: 1, revision }).where('id', '=', id).execute();
      return null;
    });
  }
  const names = new Set(file.servers.map(({ name }) => name));
  for (const { name } of await tx.selectFrom('servers').select('name').orderBy('name').execute()) {
    if (!names.has(name)) await importServer(importing, { name, tools: [] });
  }
}

async function revise(
  { tx, publish, clock, by }: Importing,
  kind: 'policy' | 'server' | 'document' | 'global_default',
  subject: string,
  work: (change: Change) => Promise<object | null>,
): Promise<void> {
  await changeWithin({ tx, publish }, clock, { by, kind, subject, operation: 'import' }, work);
}
