import type { Clock } from '../../call/clock.js';
import { Policy } from '../../policy/policy.js';
import { PolicyDocumentError } from '../../policy/policy-document-error.js';
import { runTests } from '../../policy/tools/run-tests.js';
import type { WirePolicyDocument } from '../../wire/documents.js';
import { Problem } from '../http/problem.js';
import { checkRevision } from '../http/route.js';
import { change } from '../store/ledger.js';
import type { Store } from '../store/store.js';

const NONE: WirePolicyDocument = { text: '', revision: 0, updated_at: null, updated_by: null };

/** The policy document: kept as the text it was written as. */
export class DocumentStore {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The document as it is. */
  async read(): Promise<WirePolicyDocument> {
    const row = await this.#store.db
      .selectFrom('policy_document')
      .select(['text', 'revision', 'updated_at', 'updated_by'])
      .executeTakeFirst();
    return row ?? NONE;
  }

  /**
   * Replaces the document.
   *
   * @throws Problem for one that cannot be used, and one whose own tests fail; the old one stays in force then.
   */
  async replace(text: string, by: string, ifMatch?: number): Promise<WirePolicyDocument> {
    if (text !== '') await checkDocument(text);
    const order = { by, kind: 'document', subject: 'policy-document', operation: 'update' } as const;
    return change(this.#store, this.#clock, order, async ({ tx, revision, at }) => {
      const before = await tx.selectFrom('policy_document').select('revision').executeTakeFirst();
      checkRevision(ifMatch, before?.revision ?? 0);
      const document = { text, revision, updated_at: at, updated_by: by };
      await tx
        .insertInto('policy_document')
        .values({ id: 1, ...document })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(document))
        .execute();
      return document;
    });
  }
}

/**
 * Reads a document.
 *
 * @throws Problem with line and column of everything that is wrong.
 */
export async function loadDocument(text: string): Promise<Policy> {
  try {
    return await Policy.load(text, { source: 'policy document' });
  } catch (fault) {
    if (!(fault instanceof PolicyDocumentError)) throw fault;
    throw new Problem('invalid_policy_document', fault.message, { problems: fault.problems });
  }
}

/**
 * Reads a document and runs its own tests.
 *
 * @throws Problem for one that cannot be used, and one whose tests fail.
 */
export async function checkDocument(text: string): Promise<void> {
  const policy = await loadDocument(text);
  const failed = runTests(policy).filter(({ passed }) => !passed);
  if (failed.length === 0) return;
  const tests = failed.map(({ position, test, action, rule }) => ({
    position,
    name: test.name ?? null,
    expected: test.expect,
    expected_rule: test.rule ?? null,
    action,
    rule,
  }));
  throw new Problem('policy_tests_failed', `${failed.length} of the document's own tests fail.`, { tests });
}
