import type { Detector } from '../../detector.js';
import { isPlausibleKey } from './keys/plausible-key.js';

interface Webhook {
  readonly provider: string;
  readonly type: string;
  /** How the address goes on at a word of its host; separated by spaces. */
  readonly prefixes: string;
  /** The whole from there on; sticky. */
  readonly pattern: RegExp;
}

/**
 * Addresses that are a secret themselves: who knows one may post, or run what is behind it.
 *
 * Sources: Slack "incoming webhooks"; Discord "webhook resource"; Zapier "webhooks"; Azure "shared
 * access signatures" (of Logic Apps and of Storage). The address of Microsoft Teams is in `inner-keys.ts`.
 */
const WEBHOOKS: readonly Webhook[] = [
  {
    provider: 'Slack',
    type: 'slack_webhook',
    prefixes: 'hooks.slack.com/',
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{20,80}/y,
  },
  {
    provider: 'Discord',
    type: 'token',
    prefixes: 'discord.com/api/ discordapp.com/api/',
    pattern: /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{17,20}\/[\w-]{60,80}/y,
  },
  {
    provider: 'Zapier',
    type: 'token',
    prefixes: 'hooks.zapier.com/',
    pattern: /hooks\.zapier\.com\/hooks\/catch\/\d{1,12}\/\w{5,40}/y,
  },
  {
    provider: 'Azure',
    type: 'token',
    prefixes: 'sig=',
    pattern: /sig=(?:[A-Za-z0-9+/_-]|%2[BbFf]){43,60}(?:%3[Dd]|=)?(?![A-Za-z0-9])/y,
  },
];

/** Finds addresses that are a secret themselves. */
export const webhookDetectors: readonly Detector[] = WEBHOOKS.map(toDetector);

/** The providers of these addresses, each with the type of its findings. */
export const WEBHOOK_PROVIDERS: readonly (readonly [provider: string, type: string])[] = WEBHOOKS.map(
  ({ provider, type }) => [provider, type],
);

function toDetector({ type, prefixes, pattern }: Webhook): Detector {
  return {
    types: [type],
    category: 'secret',
    anchor: { at: 'prefix', prefixes: prefixes.split(' ') },
    detect(text, at, report) {
      pattern.lastIndex = at;
      if (!pattern.test(text)) {
        return at;
      }
      const end = pattern.lastIndex;
      // The secret stands at the end of the address.
      return isPlausibleKey(text.slice(Math.max(at, end - 24), end), 'optional') && report(type, at, end, 0.95)
        ? end
        : at;
    },
  };
}
