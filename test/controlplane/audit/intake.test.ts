import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import type { WrittenEvent } from '../../../src/audit/chain/event-text.js';
import type { AuditEvent } from '../../../src/audit/audit-event.js';
import { Intake } from '../../../src/controlplane/audit/intake.js';
import { openStore } from '../../../src/controlplane/store/open-store.js';
import type { Store } from '../../../src/controlplane/store/store.js';
import { ManualClock } from '../../../src/testing/index.js';
import { DATABASES, type TestDatabase } from '../service.js';
import { eventOf } from './event.js';

/** A record that keeps nothing before it may. */
class SlowRecord extends AuditLogger {
  may: Promise<unknown> = Promise.resolve();
  /** How often it was given events. */
  given = 0;

  override async offer(events: readonly WrittenEvent[]): Promise<void> {
    this.given += 1;
    await this.may;
    await super.offer(events);
  }
}

const sender = { keyId: 'key_1', name: 'door' };
const events = (count: number): AuditEvent[] => Array.from({ length: count }, () => eventOf() as unknown as AuditEvent);

describe.each(DATABASES)('a record that is slow, on %s', (name, make) => {
  const clock = new ManualClock();
  let database: TestDatabase;
  let store: Store;
  let record: SlowRecord;
  let intake: Intake;
  let go: () => void;
  beforeEach(async () => {
    database = await make();
    store = await openStore(database.url, clock, () => undefined);
    const url = name === 'libsql' ? `${database.url}.audit.db` : database.url;
    record = new SlowRecord({ url, required: true, worker: false });
    intake = new Intake(store, record, clock);
    record.may = new Promise<void>((resolve) => (go = resolve));
  });
  afterEach(async () => {
    go();
    await record.close();
    await store.close();
    await database.drop();
  });
  const begun = async (): Promise<void> => {
    while (record.given === 0) await new Promise(setImmediate);
  };

  test('holds nothing of the store: others read and write meanwhile', async () => {
    const taken = Array.from({ length: 20 }, () => intake.take(events(1), sender));
    await begun();
    const revision = await store.write(async (tx) => {
      await tx.updateTable('fleet').set({ global_default: 'block' }).execute();
      return (await tx.selectFrom('fleet').select('revision').executeTakeFirstOrThrow()).revision;
    });
    expect(revision).toBe(0);
    go();
    expect(await Promise.all(taken)).toEqual(taken.map(() => ({ accepted: 1, duplicates: 0 })));
  });

  test('is waited for 8 s; what it keeps after all is known when it is sent again', async () => {
    const late = events(2);
    const first = intake.take(late, sender);
    const behind = intake.take(events(1), sender);
    await begun();
    const answers = Promise.allSettled([first, behind]);
    await clock.advance(8_000);
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(first).rejects.toMatchObject({ code: 'unavailable' });
    const again = intake.take([...late, ...events(1)], sender);
    go();
    expect(await again).toEqual({ accepted: 1, duplicates: 2 });
    // What was still waiting when it was answered was never begun.
    expect(await record.count()).toBe(3);
  });

  test('keeps 32 batches waiting and no more', async () => {
    const batches = Array.from({ length: 33 }, () => events(1));
    const answers = Promise.allSettled(batches.map((batch) => intake.take(batch, sender)));
    await begun();
    go();
    expect((await answers).map(({ status }) => status)).toEqual([...Array<string>(32).fill('fulfilled'), 'rejected']);
    expect(await record.count()).toBe(32);
  });
});
