import { ALPHANUMERIC, classAt } from '../../characters.js';
import type { Detector } from '../../detector.js';

const PREFIXES = 'AKC AP0 AP1 AP2 AP3 AP4 AP5 AP6 AP7 AP8 AP9 APA APB APC APD APE APF SK AC npm_'.split(' ');
const KEY = /(?:AKC|AP[\dA-F]|npm_)x{8,80}|(?:SK|AC)x{32}/y;
const WEBHOOK = /hooks\.slack\.com\/services\/Tx{4,12}\/Bx{4,12}\/x{20,26}/y;
/** It may be a key that somebody has masked, or none at all. */
const CONFIDENCE = 0.3;

/**
 * Finds keys that are crossed out and still have their form: `SKxxxxxxxx` of Twilio, `AKCxxxxxxxx` of Artifactory, those
 * of npm, webhooks of Slack.
 *
 * The secret scanners of the field count them (detect-secrets, plugins of the same names): where a key of this form is
 * written, the next one may be whole.
 */
export const crossedOutKeyDetectors: readonly Detector[] = [
  crossedOut(
    'api_key',
    PREFIXES.map((prefix) => `${prefix}x`),
    KEY,
  ),
  crossedOut('slack_webhook', ['hooks.slack.com/services/Tx'], WEBHOOK),
];

function crossedOut(type: string, prefixes: readonly string[], pattern: RegExp): Detector {
  return {
    types: [type],
    category: 'secret',
    anchor: { at: 'prefix', prefixes },
    detect(text, at, report) {
      pattern.lastIndex = at;
      if (!pattern.test(text) || (classAt(text, pattern.lastIndex) & ALPHANUMERIC) !== 0) {
        return at;
      }
      return report(type, at, pattern.lastIndex, CONFIDENCE) ? pattern.lastIndex : at;
    },
  };
}
