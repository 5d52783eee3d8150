import { ALPHANUMERIC, BASE64URL, HEX } from '../../../characters.js';
import {
  atLeast,
  BASE64_ANY,
  BASE64URL_DOT,
  between,
  exactly,
  format,
  type KeyFormat,
  type KeyPart,
  numbered,
  UPPER_DIGIT,
} from './key-format.js';

/**
 * Keys of identity services, of stores for secrets and of encryption.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them HashiCorp Vault "tokens"; Doppler "token
 * formats"; Stytch on project secrets; Ory on tokens and API keys; JumpCloud on API keys (`jca_`); age (C2SP
 * specification); BIP 32 (extended private keys). Keys of Clerk and WorkOS have the form of Stripe's.
 */
export const IDENTITY_KEYS: readonly KeyFormat[] = [
  format('HashiCorp Vault', 'token', 'hvs. hvb. hvr.', atLeast(20, BASE64URL)),
  numbered('HashiCorp Vault', 'token', 's.', exactly(24, ALPHANUMERIC)),
  format('Doppler', 'token', 'dp.pt. dp.st. dp.ct. dp.sa. dp.said. dp.scim. dp.audit.', atLeast(36, BASE64URL_DOT)),
  format('1Password', 'token', 'ops_eyJ', atLeast(64, BASE64_ANY)),
  format('1Password', 'api_key', 'A3-', exactly(6, UPPER_DIGIT), '-', exactly(11, UPPER_DIGIT), ...threeGroups()),
  format(
    '1Password',
    'api_key',
    'A3-',
    exactly(6, UPPER_DIGIT),
    '-',
    exactly(6, UPPER_DIGIT),
    '-',
    exactly(5, UPPER_DIGIT),
    ...threeGroups(),
  ),
  format(
    'Authress',
    'api_key',
    'sc_ ext_ scauth_ authress_',
    between(5, 30, ALPHANUMERIC),
    '.',
    between(4, 6, ALPHANUMERIC),
    '.acc',
    exactly(1, BASE64URL & ~ALPHANUMERIC),
    between(10, 32, BASE64URL),
    '.',
    between(30, 120, BASE64_ANY),
  ),
  format('Stytch', 'api_key', 'secret-live- secret-test-', between(36, 44, BASE64_ANY)),
  format('Ory', 'token', 'ory_at_ ory_rt_ ory_ac_ ory_pat_ ory_apikey_', atLeast(32, BASE64URL_DOT)),
  format('JumpCloud', 'api_key', 'jca_', exactly(36, ALPHANUMERIC)),
  format('42', 'api_key', 's-s4t2ud- s-s4t2af-', exactly(64, HEX)),
  format('age', 'private_key', 'AGE-SECRET-KEY-1', exactly(58, UPPER_DIGIT)),
  format('Bitcoin', 'private_key', 'xprv', exactly(107, ALPHANUMERIC)),
  format('Nightfall', 'api_key', 'NF-', exactly(32, ALPHANUMERIC)),
  format('Adobe', 'api_key', 'p8e-', exactly(32, ALPHANUMERIC)),
];

function threeGroups(): readonly KeyPart[] {
  return [1, 2, 3].flatMap(() => ['-', exactly(5, UPPER_DIGIT)]);
}
