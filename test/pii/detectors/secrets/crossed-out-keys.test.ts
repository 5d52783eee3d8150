import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../support.js';

const crosses = (count: number): string => 'x'.repeat(count);

test.each([
  ['Twilio', `SK${crosses(32)}`],
  ['Twilio, an account', `AC${crosses(32)}`],
  ['Artifactory', `AKC${crosses(10)}`],
  ['Artifactory, a password', `AP6${crosses(10)}`],
  ['npm', `npm_${crosses(11)}`],
])('a crossed out key of %s is found', (_, key) => {
  expect(found(`key: ${key};`)).toEqual([`api_key:${key}`]);
});

test('a crossed out webhook of Slack is found', () => {
  const hook = `hooks.slack.com/services/T${crosses(8)}/B${crosses(8)}/${crosses(24)}`;
  expect(found(`https://${hook}`)).toEqual([`slack_webhook:${hook}`]);
});

test.each([`SK${crosses(31)}`, `SK${crosses(33)}`, `FOOAP6${crosses(10)}`, `AP6${crosses(10)}y`, crosses(32), `APx`])(
  'finds nothing in %s',
  (text) => {
    expect(typesIn(text)).toEqual([]);
  },
);
