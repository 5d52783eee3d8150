import type { Detector } from '../../detector.js';
import { isPlausibleKey } from './keys/plausible-key.js';

interface InnerKey {
  readonly provider: string;
  readonly type: string;
  /** What stands in the middle of a key or at its end, at the beginning of a word. */
  readonly prefixes: readonly string[];
  /** What stands before it; the pattern is anchored at its end. */
  readonly before: RegExp;
  /** How far before it a key may begin, and one character more. */
  readonly longest: number;
  /** What stands there and behind it; sticky. */
  readonly from: RegExp;
}

/**
 * Keys told by a text in their middle or at their end.
 *
 * Sources: Terraform Cloud "API tokens" (`.atlasv1.`); MaxMind "license keys" (`_mmk`); Mailchimp "API keys" (the data
 * centre behind `-us`); DeepL "authentication" (`:fx`); Azure Storage, Batch, Event Hubs, Service Bus,
 * Relay and Container Registry (Microsoft, "identifiable keys"); Microsoft Teams "incoming webhooks"; GitHub "OAuth over HTTPS"
 * (`x-oauth-basic`).
 */
const INNER_KEYS: readonly InnerKey[] = [
  {
    provider: 'Terraform Cloud',
    type: 'token',
    prefixes: ['atlasv1.'],
    before: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.$/,
    longest: 16,
    from: /atlasv1\.[\w=-]{60,70}(?![\w=-])/y,
  },
  {
    provider: 'MaxMind',
    type: 'api_key',
    prefixes: ['mmk'],
    before: /(?<![A-Za-z0-9])[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_$/,
    longest: 38,
    from: /mmk(?![A-Za-z0-9])/y,
  },
  {
    provider: 'Mailchimp',
    type: 'api_key',
    prefixes: ['us1', 'us2', 'us3', 'us4', 'us5', 'us6', 'us7', 'us8', 'us9'],
    before: /(?<![A-Za-z0-9])[0-9a-z]{32}-$/,
    longest: 34,
    from: /us\d{1,2}(?![A-Za-z0-9])/y,
  },
  {
    provider: 'DeepL',
    type: 'api_key',
    prefixes: ['fx'],
    before: /(?<![A-Za-z0-9-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:$/,
    longest: 38,
    from: /fx(?![A-Za-z0-9])/y,
  },
  {
    provider: 'Azure',
    type: 'api_key',
    prefixes: ['ASt', 'ABa', 'AEh', 'ASb', 'ARm', 'ACR'],
    before: /[A-Za-z0-9+/]{32,76}\+$/,
    longest: 77,
    from: /A(?:St|Ba|Eh|Sb|Rm|CR)[A-Za-z0-9+/]{5,8}={0,2}(?![A-Za-z0-9=])/y,
  },
  {
    provider: 'Microsoft Teams',
    type: 'token',
    prefixes: ['IncomingWebhook/'],
    before: /(?:webhook|outlook)\.office(?:365)?\.com\/webhook(?:b2)?\/[\w@-]{36,80}\/$/,
    longest: 124,
    from: /IncomingWebhook\/[\w-]{20,40}\/[\w-]{20,40}/y,
  },
  {
    provider: 'GitHub',
    type: 'token',
    prefixes: ['x-oauth-basic@'],
    before: /(?<=\/\/)[\w-]{16,255}:$/,
    longest: 258,
    from: /x-oauth-basic(?=@)/y,
  },
];

/** Finds keys told by a text in their middle or at their end. */
export const innerKeyDetectors: readonly Detector[] = INNER_KEYS.map(toDetector);

/** The providers of these keys, each with the type of its findings. */
export const INNER_KEY_PROVIDERS: readonly (readonly [provider: string, type: string])[] = INNER_KEYS.map(
  ({ provider, type }) => [provider, type],
);

function toDetector(key: InnerKey): Detector {
  return {
    types: [key.type],
    category: 'secret',
    anchor: { at: 'prefix', prefixes: key.prefixes },
    detect(text, at, report) {
      key.from.lastIndex = at;
      if (!key.from.test(text)) {
        return at;
      }
      const end = key.from.lastIndex;
      const from = Math.max(0, at - key.longest);
      const before = key.before.exec(text.slice(from, at));
      if (before === null || !isPlausibleKey(text.slice(from + before.index, end), 'usual')) {
        return at;
      }
      return report(key.type, from + before.index, end, 0.95) ? end : at;
    },
  };
}
