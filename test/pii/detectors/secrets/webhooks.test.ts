import { expect, test } from '@jest/globals';
import { body, found, typesIn } from '../../support.js';

const HEX = '0123456789abcdef';
const uuid = [8, 4, 4, 4, 12].map((length) => body(length, HEX)).join('-');
const address = (...parts: string[]): string => parts.join('');

test.each([
  ['slack_webhook', 'https://', address('hooks.', 'slack.com/services/', 'T00000001/B00000001/', body(24))],
  ['slack_webhook', '', address('hooks.', 'slack.com/workflows/', body(48))],
  ['token', 'https://', address('discord', '.com/api/webhooks/', '123456789012345678/', body(68))],
  ['token', 'https://', address('discord', 'app.com/api/v10/webhooks/', '123456789012345678/', body(68))],
  ['token', 'https://', address('hooks.', 'zapier.com/hooks/catch/', '1234567/', 'ab12cd3')],
  ['token', 'https://x.blob.core.windows.net/c?sv=2022-11-02&', address('sig', '=', body(43), '%3D')],
  [
    'token',
    'https://corp.',
    address('webhook.', 'office.com/webhookb2/', uuid, '@', uuid, '/Incoming', 'Webhook/', body(32, HEX), '/', uuid),
  ],
])('finds the address of a %s behind "%s"', (type, before, value) => {
  expect(found(`post to ${before}${value} now`)).toEqual([`${type}:${value}`]);
});

test.each([
  'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
  'https://hooks.slack.com/services',
  'https://discord.com/api/webhooks/',
  'https://hooks.zapier.com/hooks/catch/',
  'the sig=abc of it',
])('finds nothing in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});
