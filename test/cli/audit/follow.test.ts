import { afterAll, expect, test } from '@jest/globals';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { following, type Followed } from '../../../src/cli/audit/follow.js';
import { event, Folder } from '../../audit/support.js';

const folder = new Folder();
afterAll(() => folder.remove());

test('each event is shown once, also those that are recorded while others are read', async () => {
  const logger = new AuditLogger({ url: `file:${folder.file('follow.db')}`, worker: false });
  let written = 0;
  const write = async () => {
    void logger.write(event((written += 1)));
    await logger.flush();
  };
  for (let count = 0; count < 5; count++) await write();
  // Somebody records one event before and one after everything that is asked.
  const busy: Followed = {
    getLog: async (query) => {
      await write();
      const page = await logger.getLog(query);
      await write();
      return page;
    },
    lastSeq: async () => {
      await write();
      const last = await logger.lastSeq();
      await write();
      return last;
    },
    scan: async function* (filter, after) {
      await write();
      yield* logger.scan(filter, after);
      await write();
    },
  };
  const seen: number[] = [];
  for await (const events of following(busy, { tool: 'odd' }, {}, () => Promise.resolve())) {
    seen.push(...events.map(({ seq }) => seq));
    if (seen.length > 12) break;
  }
  expect(seen).toEqual(seen.map((_, at) => 2 * at + 1));
  await logger.close();
});
