import { expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../../src/pii/detectors/secrets/provider-keys.js';
import { RegexPIIScanner } from '../../../../src/pii/regex-pii-scanner.js';
import { body, found, typesIn } from '../../support.js';

const HEX = '0123456789abcdef';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWYZ234567';
const key = (...parts: string[]): string => parts.join('');

const KEYS: [string, string][] = [
  ['aws_key', key('AK', 'IA', body(16, UPPER))],
  ['aws_key', key('AS', 'IA', body(16, UPPER))],
  ['github_pat', key('gh', 'p_', body(36))],
  ['github_pat', key('gh', 's_', body(36))],
  ['github_pat', key('github', '_pat_', body(22), '_', body(59))],
  ['waxell_key', key('wax', '_sk_', body(8))],
  ['waxell_key', key('wax', '_sk_', body(40))],
  ['slack_token', key('xo', 'xb-', '123456789012-', body(24))],
  ['slack_webhook', key('hooks.', 'slack.com/services/', 'T00000001/B00000001/', body(24))],
  ['stripe_key', key('sk', '_live_', body(24))],
  ['google_api_key', key('AI', 'za', body(35))],
  ['openai_key', key('sk', '-proj-', body(48))],
  ['openai_key', key('sk', '-', body(48))],
  ['anthropic_key', key('sk', '-ant-api03-', body(93), 'AA')],
  ['gitlab_pat', key('gl', 'pat-', body(20))],
  ['gitlab_token', key('gl', 'dt-', body(20))],
  ['npm_token', key('np', 'm_', body(36))],
  ['pypi_token', key('py', 'pi-AgE', body(100))],
  ['sendgrid_key', key('SG', '.', body(22), '.', body(43))],
  ['twilio_key', key('S', 'K', body(32, HEX))],
  ['mailgun_key', key('ke', 'y-', body(32, HEX))],
  ['huggingface_token', key('hf', '_', body(34))],
  ['discord_token', key('MT', body(22), '.', body(6), '.', body(38))],
  ['telegram_token', key('110201543', ':AA', body(33))],
  ['digitalocean_token', key('dop', '_v1_', body(64, HEX))],
  ['databricks_token', key('da', 'pi', body(32, HEX))],
  ['shopify_token', key('shp', 'at_', body(32, HEX))],
  ['square_token', key('sq0', 'atp-', body(22))],
  ['azure_client_secret', key('aB3', '8Q', '~', body(34))],
  ['api_key', key('gs', 'k_', body(52))],
  ['token', key('hv', 's.', body(24))],
];

test.each(KEYS)('finds %s', (type, value) => {
  expect(found(`use ${value} now`)).toEqual([`${type}:${value}`]);
  expect(found(`{"x":"a\\n${value}\\n"}`)).toEqual([`${type}:${value}`]);
});

test('finds a key behind an underscore, but not inside a word', () => {
  const value = key('ts', 'key-api-', body(12), '-', body(24));
  expect(found(`MY_${value}`)).toEqual([`api_key:${value}`]);
  expect(found(`MY${value}`)).toEqual([]);
});

test('names the provider where a name announced a secret in general', () => {
  const value = key('gh', 'p_', body(36));
  expect(found(`API_KEY=${value}`)).toEqual([`github_pat:${value}`]);
  expect(found(`"token": "${value}"`)).toEqual([`github_pat:${value}`]);
});

test.each([
  ['too short', key('gh', 'p_', body(10))],
  ['too long', key('AK', 'IA', body(17, UPPER))],
  ['inside a word', key('xgh', 'p_', body(36))],
  ['from the documentation', key('gh', 'p_', 'x'.repeat(36))],
  ['only a word', 'sk-learn, task_test_case, key-value, hf_transfer, npm_config_registry, pat, SG.A.B'],
  ['publishable', key('pk', '_live_', body(24))],
  ['a description', key('xo', 'xb-', 'your-bot-token-goes-here')],
])('finds nothing %s', (_, text) => {
  expect(typesIn(text)).toEqual([]);
});

test('finds a key behind the plus sign of a form', () => {
  expect(typesIn(`comment=my+token+${key('gh', 'p_', body(36))}`)).toEqual(['github_pat']);
});

test.each([
  ['behind a sign of base64', `abc+${key('EA', 'A', body(90))}`],
  ['at the end of a name with full stops', `box.${key('ic', 'o-', body(32, HEX))}.png`],
  ['in a piece of base64', `abc/${key('EA', 'A', body(90))}`],
  ['in a property of an object', `x = ${key('s', '.')}noDeleteOnFetchRejection`],
])('finds nothing %s', (_, text) => {
  expect(typesIn(text)).toEqual([]);
});

test('leaves the full stop of a sentence alone', () => {
  const value = key('gl', 'pat-', body(27), '.01.', body(9));
  expect(found(`It is ${value}.`)).toEqual([`gitlab_pat:${value}`]);
  const long = key('gl', 'pat-', body(90), '.', body(9));
  expect(found(`It is ${long}.`)).toEqual([`gitlab_pat:${long}`]);
});

test('knows the keys of at least 100 providers', () => {
  expect(PROVIDERS.size).toBeGreaterThanOrEqual(100);
  expect(PROVIDERS.get('GitLab')).toEqual(['gitlab_pat', 'gitlab_token']);
  expect([...PROVIDERS.keys()]).toEqual([...PROVIDERS.keys()].sort((left, right) => left.localeCompare(right, 'en')));
});

test('names only types that the scanner has', () => {
  expect(RegexPIIScanner.types).toEqual(expect.arrayContaining([...PROVIDERS.values()].flat()));
});
