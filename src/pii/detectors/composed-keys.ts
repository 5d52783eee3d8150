import { BASE64URL, classAt, DASH, DIGIT, endOfRun, isWordStart, UNDERSCORE } from '../characters.js';
import type { Detector } from '../detector.js';

const SENDGRID = /SG\.[\w=-]{16,32}\.[\w=-]{32,64}(?![\w-])/y;
const DISCORD = /[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/y;
const TELEGRAM = /:AA[\w-]{33}(?![\w-])/y;
const AIRTABLE = /pat[A-Za-z0-9]{14}\.[0-9a-f]{64}(?![A-Za-z0-9])/y;
const SLACK_WEBHOOK = /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{20,80}/y;
const AZURE_CLIENT_SECRET = /~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])/y;

/** Finds SendGrid's keys: `SG.`, an identifier and a secret. */
export const sendgridDetector = composed('sendgrid_key', 'SG.', SENDGRID);

/** Finds tokens of Discord bots: user identifier, time and signature, each in base64url. */
export const discordDetector: Detector = {
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

/** Finds personal access tokens of Airtable. */
export const airtableDetector = composed('api_key', 'pat', AIRTABLE);

/** Finds incoming webhooks of Slack, whose path is their secret. */
export const slackWebhookDetector = composed('slack_webhook', 'hooks.', SLACK_WEBHOOK);

/** Finds tokens of Telegram bots: eight to ten digits, a colon and 35 characters that begin with `AA`. */
export const telegramDetector: Detector = {
  types: ['telegram_token'],
  category: 'secret',
  anchor: { at: 'character', characters: ':', next: 'A' },
  detect(text, at, report) {
    TELEGRAM.lastIndex = at;
    if (!TELEGRAM.test(text)) {
      return at;
    }
    const end = TELEGRAM.lastIndex;
    let start = at;
    while (at - start < 11 && (classAt(text, start - 1) & DIGIT) !== 0) {
      start -= 1;
    }
    const digits = at - start;
    return digits >= 8 && digits <= 10 && report('telegram_token', start, end, 0.95) ? end : at;
  },
};

/** Finds client secrets of Microsoft Entra applications, which hold `Q~` behind a digit as their fourth to sixth sign. */
export const azureClientSecretDetector: Detector = {
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

function composed(type: string, prefixes: string, pattern: RegExp): Detector {
  return {
    types: [type],
    category: 'secret',
    anchor: { at: 'prefix', prefixes: prefixes.split(' ') },
    detect(text, at, report) {
      pattern.lastIndex = at;
      return pattern.test(text) && report(type, at, pattern.lastIndex, 0.95) ? pattern.lastIndex : at;
    },
  };
}
