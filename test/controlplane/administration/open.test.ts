import { describe, expect, test } from '@jest/globals';
import { Administration } from '../../../src/controlplane/index.js';
import { DATABASES } from '../service.js';

describe.each(DATABASES)('administration on %s', (_name, make) => {
  test('makes tables only where it is told to', async () => {
    const database = await make();
    const databaseUrl = database.url;
    for (let again = 0; again < 2; again++)
      await expect(Administration.open({ databaseUrl })).rejects.toThrow(
        /There is no such database file|No controlplane keeps its data there/,
      );
    const made = await Administration.open({ databaseUrl, create: true });
    await made.keys.create('ann', 'editor', 'a test');
    await made.close();
    const opened = await Administration.open({ databaseUrl });
    expect(await opened.keys.list()).toEqual([expect.objectContaining({ name: 'ann' })]);
    await opened.close();
    await database.drop();
  });
});
