import { ALPHANUMERIC, BASE64, BASE64URL, HEX } from '../../../characters.js';
import { BASE64_ANY, between, exactly, format, type KeyFormat } from './key-format.js';

/**
 * Keys of shops, shipping, travel, maps and other services of the web.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them the code of WooCommerce (`ck_`, `cs_`
 * and forty hexadecimal digits); Foursquare on API keys (`fsq3`); Wix on API keys; eBay on keysets (the certificate
 * ID of each environment).
 */
export const COMMERCE_KEYS: readonly KeyFormat[] = [
  format('Shopify', 'shopify_token', 'shpat_ shpca_ shppa_ shpss_', exactly(32, HEX)),
  format('WooCommerce', 'api_key', 'ck_ cs_', exactly(40, HEX)),
  format('EasyPost', 'api_key', 'EZAK EZTK', exactly(54, ALPHANUMERIC)),
  format('Shippo', 'api_key', 'shippo_live_ shippo_test_', exactly(40, HEX)),
  format('Lob', 'api_key', 'live_ test_', exactly(35, HEX)),
  format('Lob', 'api_key', 'live_pub_ test_pub_', exactly(31, HEX)),
  format('Duffel', 'api_key', 'duffel_live_ duffel_test_', exactly(43, BASE64_ANY)),
  format('Notion', 'api_key', 'ntn_', between(40, 52, ALPHANUMERIC)),
  format('Notion', 'api_key', 'secret_', exactly(43, ALPHANUMERIC)),
  format('Mapbox', 'token', 'pk. sk. tk.', between(40, 120, BASE64URL), '.', exactly(22, BASE64URL)),
  format('LocationIQ', 'token', 'pk.', exactly(32, HEX)),
  format('Foursquare', 'api_key', 'fsq3', exactly(44, BASE64)),
  format('Canva', 'api_key', 'cnvca', exactly(51, BASE64URL)),
  format('SoftLayer', 'api_key', 'api.softlayer.com/soap/v3/ api.softlayer.com/soap/v3.1/', exactly(64, ALPHANUMERIC)),
  format(
    'eBay',
    'api_key',
    'PRD- SBX-',
    between(8, 12, HEX),
    '-',
    exactly(4, HEX),
    '-',
    exactly(4, HEX),
    '-',
    exactly(4, HEX),
    '-',
    between(4, 12, HEX),
  ),
  format(
    'Wix',
    'api_key',
    'IST.eyJ',
    between(20, 200, BASE64URL),
    '.',
    between(40, 900, BASE64URL),
    '.',
    between(40, 700, BASE64URL),
  ),
];
