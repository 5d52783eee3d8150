import { BASE64URL, classAt, DASH, DIGIT, endOfRun, isWordStart, UNDERSCORE } from '../../characters.js';
import type { Detector } from '../../detector.js';
import { crossedOutKeyDetectors } from './crossed-out-keys.js';
import { INNER_KEY_PROVIDERS, innerKeyDetectors } from './inner-keys.js';
import { isPlausibleKey } from './keys/plausible-key.js';
import { webhookDetectors, WEBHOOK_PROVIDERS } from './webhooks.js';

const DISCORD = /[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/y;
const TELEGRAM = /:AA[\w-]{33}(?![\w-])/y;
const BAR = 0x7c;
const SHORTEST_BOT = 6;
const LONGEST_BOT = 16;
const FACEBOOK_SECRET = /\|[\w-]{27,40}(?![\w-])/y;
const AZURE_CLIENT_SECRET = /~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])/y;
const TWITTER_BEARER = /A{19,24}(?:[A-Za-z0-9]|%(?:2[BbFf]|3[Dd])?){60,110}(?![A-Za-z0-9%])/y;

/** Finds tokens of Discord bots: user identifier, time and signature, each in base64url. */
const discordDetector: Detector = {
  types: ['discord_token'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['M', 'N', 'O'] },
  detect(text, at, report) {
    if (endOfRun(text, at, BASE64URL, 24) < at + 24) {
      return at;
    }
    DISCORD.lastIndex = at;
    return DISCORD.test(text) && report('discord_token', at, DISCORD.lastIndex, 0.95) ? DISCORD.lastIndex : at;
  },
};

/** Finds bearer tokens of X, formerly Twitter: an identifier whose first bytes are zero, and a secret. */
const twitterBearerDetector: Detector = {
  types: ['token'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['A'.repeat(19)] },
  detect(text, at, report) {
    TWITTER_BEARER.lastIndex = at;
    if (!TWITTER_BEARER.test(text)) {
      return at;
    }
    const end = TWITTER_BEARER.lastIndex;
    return isPlausibleKey(text.slice(at + 24, end), 'usual') && report('token', at, end, 0.95) ? end : at;
  },
};

/** Finds app access tokens of Facebook: fifteen or sixteen digits, a bar and a secret (Meta, "access tokens"). */
export const facebookTokenDetector: Detector = {
  types: ['token'],
  category: 'secret',
  anchor: { at: 'number', takes: (groups) => groups.length(0) === 15 || groups.length(0) === 16 },
  detect(text, at, report, groups) {
    const bar = groups.end(0);
    if (text.charCodeAt(bar) !== BAR || bar - at < 15 || bar - at > 16) {
      return at;
    }
    FACEBOOK_SECRET.lastIndex = bar;
    return FACEBOOK_SECRET.test(text) && report('token', at, FACEBOOK_SECRET.lastIndex, 0.97)
      ? FACEBOOK_SECRET.lastIndex
      : at;
  },
};

/** Finds tokens of Telegram bots: the digits of an identifier, a colon and 35 characters that begin with `AA`. */
export const telegramDetector: Detector = {
  types: ['telegram_token'],
  category: 'secret',
  anchor: { at: 'character', characters: ':', behind: 'A' },
  detect(text, at, report) {
    TELEGRAM.lastIndex = at;
    if (!TELEGRAM.test(text)) {
      return at;
    }
    const end = TELEGRAM.lastIndex;
    let start = at;
    while (at - start <= LONGEST_BOT && (classAt(text, start - 1) & DIGIT) !== 0) {
      start -= 1;
    }
    const digits = at - start;
    return digits >= SHORTEST_BOT && digits <= LONGEST_BOT && report('telegram_token', start, end, 0.95) ? end : at;
  },
};

/** Finds client secrets of Microsoft Entra applications, which hold `Q~` behind a digit as their fourth to sixth sign. */
const azureClientSecretDetector: Detector = {
  types: ['azure_client_secret'],
  category: 'secret',
  anchor: { at: 'character', characters: '~' },
  detect(text, at, report) {
    AZURE_CLIENT_SECRET.lastIndex = at;
    const start = at - 5;
    if (text.charAt(at - 1) !== 'Q' || start < 0 || !/^[\w~.]{3}\dQ$/.test(text.slice(start, at))) {
      return at;
    }
    const apart = isWordStart(text, start) && (classAt(text, start - 1) & (UNDERSCORE | DASH)) === 0;
    if (!apart || !AZURE_CLIENT_SECRET.test(text) || /x{20}/i.test(text.slice(at, AZURE_CLIENT_SECRET.lastIndex))) {
      return at;
    }
    return report('azure_client_secret', start, AZURE_CLIENT_SECRET.lastIndex, 0.95)
      ? AZURE_CLIENT_SECRET.lastIndex
      : at;
  },
};

/**
 * Finds keys that no prefix tells. Two stand apart: others have the first say at the colon of `telegramDetector`, and
 * `facebookTokenDetector` comes before those who see digits alone.
 */
export const composedKeyDetectors: readonly Detector[] = [
  discordDetector,
  twitterBearerDetector,
  azureClientSecretDetector,
  ...innerKeyDetectors,
  ...webhookDetectors,
  ...crossedOutKeyDetectors,
];

/** The providers of this file, of keys told by their middle and of webhooks, each with the type of its findings. */
export const COMPOSED_PROVIDERS: readonly (readonly [provider: string, type: string])[] = [
  ['Discord', 'discord_token'],
  ['X (Twitter)', 'token'],
  ['Facebook', 'token'],
  ['Telegram', 'telegram_token'],
  ['Microsoft Entra', 'azure_client_secret'],
  ...INNER_KEY_PROVIDERS,
  ...WEBHOOK_PROVIDERS,
];
