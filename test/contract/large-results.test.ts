import { afterEach, describe, expect, it } from '@jest/globals';
import { HOSTS, Started, text, textOf } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';

const EMAIL = 'ann.smith@example.com';
const LENGTH = 1_000_000;
const AT = 900_000;
const FILLER = 'ordinary words, and 12 numbers, of a long report; ';

/** A megabyte with an address near its end. */
const REPORT = `${FILLER.repeat(AT / FILLER.length)}${EMAIL} ${FILLER.repeat((LENGTH - AT) / FILLER.length)}`;
/** As much in many small texts. */
const ROWS = Array.from({ length: 2_000 }, (_, id) => ({
  id,
  note: id === 1_800 ? `ask ${EMAIL}` : FILLER.repeat(10),
}));

describe.each([...HOSTS, ...CLIENTS, ...PROXIED])('a megabyte is scanned to its end, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  it('in one text', async () => {
    const server = await servers.start({ tools: [{ name: 'report', handler: () => text(REPORT) }] });
    const said = textOf(await server.call('report'));
    expect(REPORT.indexOf(EMAIL)).toBe(AT);
    // Not `toBe`: its message would hold both megabytes.
    expect(said === REPORT.replace(EMAIL, '##EMAIL##')).toBe(true);
    expect(server.sink.events[0]?.findings).toEqual([
      expect.objectContaining({ type: 'email', path: '$.content[0].text', start: AT, end: AT + EMAIL.length }),
    ]);
  });

  it('in many texts', async () => {
    const handler = () => ({ ...text('2,000 rows'), structuredContent: { rows: ROWS } });
    const server = await servers.start({ tools: [{ name: 'rows', handler }] });
    const { structuredContent } = await server.call('rows');
    const rows = (structuredContent as { rows: typeof ROWS }).rows;
    expect(rows).toHaveLength(ROWS.length);
    expect(rows.filter(({ note }, at) => note !== ROWS[at]?.note)).toEqual([{ id: 1_800, note: 'ask ##EMAIL##' }]);
    expect(server.sink.events[0]?.findings).toMatchObject([
      { type: 'email', path: '$.structuredContent.rows[1800].note' },
    ]);
  });
});
