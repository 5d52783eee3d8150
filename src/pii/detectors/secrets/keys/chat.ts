import { ALPHANUMERIC, BASE64, BASE64URL, DIGIT, HEX } from '../../../characters.js';
import {
  atLeast,
  BASE64URL_DOT,
  between,
  exactly,
  format,
  type KeyFormat,
  LOWER_DIGIT,
  UPPER_DIGIT,
} from './key-format.js';

/**
 * Tokens of chat, telephony and social networks.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them Slack "Token types"; the code of Matrix
 * Synapse (`syt_`, name, random text, checksum); Intercom (an access token is `tok:` in base64); Instagram Graph API;
 * LinkedIn on client secrets; VK on access tokens; PagerDuty "OAuth" (`pdus+`, `pdeu+`); PubNub on secret keys;
 * SMTP2GO and Pushbullet on API keys; Nylas on API keys of version 3. A webhook's address is in `webhooks.ts`, tokens
 * without a prefix are in `composed-keys.ts`.
 */
export const CHAT_KEYS: readonly KeyFormat[] = [
  format(
    'Slack',
    'slack_token',
    'xoxb- xoxp- xoxa- xoxs- xoxr- xoxo- xoxc- xoxd- xoxe- xapp- xwfp-',
    atLeast(10, BASE64URL),
  ),
  format('Slack', 'slack_token', 'xoxe.xoxp- xoxe.xoxb-', exactly(1, DIGIT), '-', atLeast(60, ALPHANUMERIC)),
  format('Twilio', 'twilio_key', 'SK AC', exactly(32, HEX)),
  format('Telnyx', 'api_key', 'KEY', exactly(32, UPPER_DIGIT), '_', exactly(22, ALPHANUMERIC)),
  format('Intercom', 'token', 'dG9rO', exactly(55, BASE64)),
  format(
    'Matrix',
    'token',
    'syt_',
    between(2, 120, BASE64),
    '_',
    exactly(20, ALPHANUMERIC),
    '_',
    exactly(6, ALPHANUMERIC),
  ),
  format('Facebook', 'token', 'EAA', atLeast(80, ALPHANUMERIC)),
  format('Instagram', 'token', 'IGQV IGAA', atLeast(80, BASE64URL)),
  format('LinkedIn', 'token', 'WPL_AP0. WPL_AP1.', exactly(16, ALPHANUMERIC), '.', between(6, 12, BASE64)),
  format('Pinterest', 'token', 'pina_', between(20, 200, BASE64URL)),
  format('VK', 'token', 'vk1.a.', atLeast(80, BASE64URL)),
  format('Twitch', 'token', 'live_', between(8, 12, DIGIT), '_', between(30, 36, ALPHANUMERIC)),
  format('SMTP2GO', 'api_key', 'api-', exactly(32, UPPER_DIGIT)),
  format('Nylas', 'api_key', 'nyk_v0_', exactly(64, ALPHANUMERIC)),
  format('OneSignal', 'api_key', 'os_v2_app_ os_v2_org_', exactly(103, LOWER_DIGIT)),
  format('PagerDuty', 'token', 'pdus+ pdeu+', atLeast(24, BASE64URL_DOT)),
  format('Voiceflow', 'api_key', 'VF. VF.DM. VF.WS.', exactly(24, HEX), '.', exactly(16, ALPHANUMERIC)),
  format('PubNub', 'api_key', 'sec-c-', exactly(48, BASE64)),
  format('Pushbullet', 'token', 'o.', exactly(32, ALPHANUMERIC)),
];
