import { ACTIONS } from '../../call/action.js';
import type { StoredPolicy } from '../policies/stored-policy.js';
import type { Store } from '../store/store.js';
import { type PoliciesFile, toFiled, writePoliciesFile } from './policies-file.js';

/** All that people decided, of one moment, as YAML. */
export async function exportPolicies(store: Store): Promise<string> {
  return writePoliciesFile(await readPolicies(store));
}

/** All that people decided, of one moment. */
async function readPolicies(store: Store): Promise<PoliciesFile> {
  return store.read(async (tx) => {
    const fleet = await tx.selectFrom('fleet').select('global_default').executeTakeFirstOrThrow();
    const rows = await tx.selectFrom('tool_rows').selectAll().orderBy('server').orderBy('tool').execute();
    const marked = await tx.selectFrom('servers').select('name').where('marked', '=', 1).execute();
    const policies = await tx.selectFrom('policies').select('state').where('deleted', '=', 0).orderBy('id').execute();
    const document = await tx.selectFrom('policy_document').select('text').executeTakeFirst();
    const isMarked = new Set(marked.map(({ name }) => name));
    const names = [...new Set([...rows.map(({ server }) => server), ...isMarked])].sort();
    return {
      version: 1,
      global_default: toAction(fleet.global_default),
      servers: names.map((name) => ({
        name,
        ...(isMarked.has(name) ? { managed: true } : {}),
        tools: rows
          .filter(({ server }) => server === name)
          .map(({ tool, action }) => ({ name: tool, action: toAction(action) })),
      })),
      policies: policies.map(({ state }) => toFiled(JSON.parse(state) as StoredPolicy)),
      document: document?.text ?? '',
    };
  });
}

function toAction(text: string): (typeof ACTIONS)[number] {
  return ACTIONS.find((action) => action === text) ?? 'block';
}
