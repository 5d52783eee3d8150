import {
  ALPHANUMERIC,
  BASE64URL,
  classAt,
  DIGIT,
  DOT,
  endOfRun,
  hasDigit,
  HEX,
  isCrossedOut,
  UNDERSCORE,
  UPPER,
} from '../characters.js';
import type { Detector } from '../detector.js';

const WORD = ALPHANUMERIC | UNDERSCORE;
const BASE64URL_DOT = BASE64URL | DOT;
/** How much of a key is judged; a key that may be longer is then read to its end. */
const JUDGED = 72;

interface ProviderKey {
  readonly type: string;
  /** Separated by spaces. */
  readonly prefixes: string;
  /** Class bits of the characters behind the prefix. */
  readonly characters: number;
  readonly shortest: number;
  /** Without it a key may be of any length. */
  readonly longest?: number;
  /** Set where the prefix is also a word: the rest must hold a digit. */
  readonly digit?: true;
}

/** The documented forms of providers' keys that a prefix tells. */
const KEYS: readonly ProviderKey[] = [
  { type: 'aws_key', prefixes: 'AKIA ASIA ABIA ACCA', characters: UPPER | DIGIT, shortest: 16, longest: 16 },
  { type: 'github_pat', prefixes: 'ghp_ gho_ ghu_ ghs_ ghr_', characters: ALPHANUMERIC, shortest: 20 },
  { type: 'github_pat', prefixes: 'github_pat_', characters: WORD, shortest: 22 },
  { type: 'waxell_key', prefixes: 'wax_sk_', characters: BASE64URL, shortest: 8 },
  {
    type: 'slack_token',
    prefixes: 'xoxb- xoxp- xoxa- xoxs- xoxr- xoxo- xoxc- xoxd- xoxe- xapp-',
    characters: BASE64URL,
    shortest: 16,
    digit: true,
  },
  { type: 'slack_token', prefixes: 'xoxe.xoxp- xoxe.xoxb-', characters: BASE64URL, shortest: 24, digit: true },
  {
    type: 'stripe_key',
    prefixes: 'sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_ whsec_',
    characters: ALPHANUMERIC,
    shortest: 16,
    digit: true,
  },
  { type: 'google_api_key', prefixes: 'AIza', characters: BASE64URL, shortest: 35, longest: 35 },
  { type: 'google_oauth_secret', prefixes: 'GOCSPX-', characters: BASE64URL, shortest: 24, longest: 36 },
  { type: 'google_oauth_token', prefixes: 'ya29.', characters: BASE64URL, shortest: 24 },
  { type: 'anthropic_key', prefixes: 'sk-ant-', characters: BASE64URL, shortest: 20, digit: true },
  {
    type: 'openai_key',
    prefixes: 'sk-proj- sk-svcacct- sk-admin- sk-None-',
    characters: BASE64URL,
    shortest: 20,
    digit: true,
  },
  { type: 'openai_key', prefixes: 'sk-', characters: ALPHANUMERIC, shortest: 32, longest: 64, digit: true },
  { type: 'api_key', prefixes: 'sk-or-v1-', characters: HEX, shortest: 32 },
  { type: 'gitlab_pat', prefixes: 'glpat-', characters: BASE64URL_DOT, shortest: 20 },
  {
    type: 'gitlab_token',
    prefixes: 'gldt- glrt- glptt- glcbt- glsoat- glimt- glagent- glft- gloas- glffct- GR1348941',
    characters: BASE64URL_DOT,
    shortest: 20,
  },
  { type: 'npm_token', prefixes: 'npm_', characters: ALPHANUMERIC, shortest: 36, longest: 36 },
  { type: 'pypi_token', prefixes: 'pypi-AgE', characters: BASE64URL, shortest: 50 },
  { type: 'twilio_key', prefixes: 'SK', characters: HEX, shortest: 32, longest: 32, digit: true },
  { type: 'mailgun_key', prefixes: 'key-', characters: HEX, shortest: 32, longest: 32, digit: true },
  { type: 'huggingface_token', prefixes: 'hf_ api_org_', characters: ALPHANUMERIC, shortest: 30, longest: 48 },
  { type: 'digitalocean_token', prefixes: 'dop_v1_ doo_v1_ dor_v1_', characters: HEX, shortest: 64, longest: 64 },
  { type: 'databricks_token', prefixes: 'dapi', characters: HEX, shortest: 32, longest: 32 },
  { type: 'shopify_token', prefixes: 'shpat_ shpca_ shppa_ shpss_', characters: HEX, shortest: 32, longest: 32 },
  { type: 'square_token', prefixes: 'sq0atp- sq0csp- sq0idp-', characters: BASE64URL, shortest: 22, longest: 50 },
  { type: 'square_token', prefixes: 'EAAA', characters: BASE64URL, shortest: 56, longest: 64, digit: true },
  {
    type: 'api_key',
    prefixes: 'r8_ gsk_ xai- pplx- lsv2_pt_ lsv2_sk_ nvapi- tvly- csk- fal_sk_',
    characters: BASE64URL,
    shortest: 32,
    digit: true,
  },
  {
    type: 'api_key',
    prefixes: 'lin_api_ lin_oauth_ PMAK- pul- rubygems_ NRAK- CFPAT- figd_ rdme_ dckr_pat_ dckr_oat_',
    characters: BASE64URL,
    shortest: 24,
    digit: true,
  },
  {
    type: 'api_key',
    prefixes:
      'shippo_live_ shippo_test_ duffel_live_ duffel_test_ pscale_tkn_ pscale_pw_ pscale_oauth_ xkeysib- FLWSECK_TEST- FLWSECK-',
    characters: BASE64URL_DOT,
    shortest: 24,
    digit: true,
  },
  {
    type: 'api_key',
    prefixes: 'glsa_ sntryu_ sbp_ bkua_ CCIPAT_ phx_ ntn_ sgp_ sk_sandbox_ infracost_ AGE-SECRET-KEY-1',
    characters: BASE64URL,
    shortest: 24,
    digit: true,
  },
  {
    type: 'token',
    prefixes:
      'hvs. hvb. hvr. dp.pt. dp.st. dt0c01. ATATT3 ATBB ATCTT3 vcp_ vci_ vca_ vcr_ vck_ fo1_ fm2_ sm_pat_ sm_aat_ dnkey- cfat_ cfut_',
    characters: BASE64URL_DOT,
    shortest: 16,
    digit: true,
  },
  { type: 'api_key', prefixes: 'EZAK EZTK', characters: ALPHANUMERIC, shortest: 54, longest: 54 },
  { type: 'api_key', prefixes: 'tskey-', characters: BASE64URL, shortest: 24 },
  { type: 'token', prefixes: 'ops_eyJ sntrys_eyJ glc_eyJ', characters: BASE64URL | 128, shortest: 32 },
];

/** Finds the keys of common providers by the prefix that they carry for exactly that purpose. */
export const providerKeyDetectors: readonly Detector[] = KEYS.map(toDetector);

function toDetector(key: ProviderKey): Detector {
  const prefixes = key.prefixes.split(' ');
  // All prefixes of one entry are told apart by the text itself; the longest that fits is the one that was meant.
  const longestFirst = [...prefixes].sort((left, right) => right.length - left.length);
  return {
    types: [key.type],
    category: 'secret',
    anchor: { at: 'prefix', prefixes },
    detect(text, at, report) {
      const prefix = longestFirst.find((candidate) => text.startsWith(candidate, at)) ?? '';
      const body = at + prefix.length;
      const limit = key.longest === undefined ? JUDGED : key.longest + 1;
      let end = endOfRun(text, body, key.characters, limit);
      while (end > body && (classAt(text, end - 1) & DOT) !== 0) {
        end -= 1;
      }
      const length = end - body;
      if (length < key.shortest || length > (key.longest ?? JUDGED)) {
        return at;
      }
      if ((classAt(text, end) & ALPHANUMERIC & ~key.characters) !== 0 || !isPlausible(text.slice(body, end), key)) {
        return at;
      }
      end = key.longest === undefined ? endOfRun(text, end, key.characters & ~DOT) : end;
      return report(key.type, at, end, 0.97) ? end : at;
    },
  };
}

function isPlausible(body: string, key: ProviderKey): boolean {
  return (key.digit !== true || hasDigit(body)) && !isCrossedOut(body);
}
