import { ALPHANUMERIC, BASE64URL, DIGIT, HEX } from '../../../characters.js';
import {
  atLeast,
  BASE64_ANY,
  BASE64URL_DOT,
  between,
  exactly,
  format,
  type KeyFormat,
  LOWER_DIGIT,
  UUID,
  WORD,
} from './key-format.js';

/**
 * Keys of payment services and banks.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them Stripe on webhook secrets; Adyen,
 * GoCardless (`sandbox_`), Mollie, Mercado Pago, Xendit and Asaas on API keys; Omise "authentication" (`skey_`,
 * `skey_test_`); the patterns in Checkout.com's own clients; Revolut Business on access tokens; Paddle on sandbox
 * keys and notification secrets; RFC 8959 for `secret-token:` before a key of Mercury.
 */
export const PAYMENT_KEYS: readonly KeyFormat[] = [
  format(
    'Stripe',
    'stripe_key',
    'sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_ whsec_',
    atLeast(10, ALPHANUMERIC),
  ),
  format('Square', 'square_token', 'sq0atp- sq0csp- sq0idp-', between(22, 60, BASE64URL)),
  format('Square', 'square_token', 'EAAA', between(22, 64, BASE64URL)),
  format(
    'Braintree',
    'token',
    'access_token$production$ access_token$sandbox$',
    exactly(16, LOWER_DIGIT),
    '$',
    exactly(32, HEX),
  ),
  format('Adyen', 'api_key', 'AQE', between(80, 260, BASE64_ANY)),
  format('Razorpay', 'api_key', 'rzp_live_ rzp_test_', exactly(14, ALPHANUMERIC)),
  format(
    'Flutterwave',
    'api_key',
    'FLWSECK- FLWSECK_TEST- FLWPUBK- FLWPUBK_TEST-',
    between(32, 36, ALPHANUMERIC),
    '-X',
  ),
  format('Flutterwave', 'api_key', 'FLWSECK- FLWSECK_TEST-', between(12, 36, ALPHANUMERIC)),
  format('Paddle', 'api_key', 'pdl_live_apikey_ pdl_sdbx_apikey_ pdl_ntfset_', atLeast(40, WORD)),
  format('GoCardless', 'api_key', 'live_ sandbox_', exactly(40, BASE64_ANY)),
  format('Mollie', 'api_key', 'live_ test_', exactly(30, ALPHANUMERIC)),
  format('Checkout.com', 'api_key', 'sk_sbox_', between(26, 27, LOWER_DIGIT)),
  format('Checkout.com', 'api_key', 'sk_ sk_test_', ...UUID),
  format('Mercado Pago', 'token', 'APP_USR-', between(60, 120, BASE64URL)),
  format('Xendit', 'api_key', 'xnd_production_ xnd_development_', atLeast(40, ALPHANUMERIC)),
  format('Midtrans', 'api_key', 'Mid-server- SB-Mid-server-', between(10, 24, BASE64URL)),
  format('Omise', 'api_key', 'skey_ skey_test_', exactly(19, LOWER_DIGIT)),
  format('Revolut', 'token', 'oa_prod_ oa_sand_', exactly(43, BASE64URL)),
  format('Plaid', 'token', 'access-sandbox- access-development- access-production-', ...UUID),
  format('Polar', 'token', 'polar_oat_ polar_pat_ polar_at_', between(20, 100, BASE64URL)),
  format('Asaas', 'api_key', 'aact_prod_ aact_hmlg_ aact_YTU5', atLeast(40, BASE64_ANY)),
  format(
    'Mercury',
    'token',
    'mercury_production_ secret-token:mercury_production_',
    between(3, 6, LOWER_DIGIT),
    '_',
    between(40, 50, ALPHANUMERIC),
    '_yrucrem',
  ),
  format('Onfido', 'token', 'api_live. api_sandbox. api_live_us. api_live_ca.', between(20, 80, BASE64URL_DOT)),
  format('Persona', 'api_key', 'persona_production_ persona_sandbox_', between(20, 80, BASE64URL)),
  format(
    'Recharge',
    'api_key',
    'sk_1x1_ sk_1x3_ sk_2x1_ sk_2x2_ sk_3x3_ sk_5x3_ sk_10x3_ sk_test_1x1_ sk_test_1x3_ sk_test_2x1_ sk_test_2x2_',
    exactly(64, HEX),
  ),
  format('Ramp', 'api_key', 'ramp_sec_', exactly(48, ALPHANUMERIC)),
  format('ClickUp', 'api_key', 'pk_', between(6, 10, DIGIT), '_', exactly(32, ALPHANUMERIC)),
];
