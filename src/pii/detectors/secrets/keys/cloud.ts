import { ALPHANUMERIC, BASE64, BASE64URL, DASH, HEX } from '../../../characters.js';
import {
  atLeast,
  BASE64_ANY,
  between,
  exactly,
  format,
  type KeyFormat,
  lettered,
  LOWER_DIGIT,
  UPPER_DIGIT,
  UUID,
} from './key-format.js';

/**
 * Keys of clouds, hosting and networks.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them Google Cloud "HMAC keys" (61
 * characters); Scaleway "API keys" (`SCW` and 17 characters); Netlify on token prefixes; Backblaze on application
 * keys (`K00`); Yandex ID on OAuth tokens; Deno Deploy on organization tokens; the public lists of access key
 * prefixes for Tencent Cloud (`AKID`), Baidu AI Cloud (`ALTAK`) and Volcengine (`AKLT`).
 */
export const CLOUD_KEYS: readonly KeyFormat[] = [
  { ...format('Amazon Web Services', 'aws_key', 'AKIA ASIA ABIA ACCA', exactly(16, UPPER_DIGIT)), digits: 'any' },
  format('Amazon Web Services', 'aws_key', 'A3T', exactly(17, UPPER_DIGIT)),
  format('Amazon Bedrock', 'api_key', 'ABSK', between(109, 271, BASE64)),
  format('Amazon Bedrock', 'api_key', 'bedrock-api-key-', atLeast(28, BASE64)),
  format('AWS AppSync', 'api_key', 'da2-', exactly(26, LOWER_DIGIT)),
  format('Google Cloud', 'google_api_key', 'AIza', exactly(35, BASE64URL)),
  format('Google Cloud', 'google_oauth_secret', 'GOCSPX-', between(24, 36, BASE64URL)),
  format('Google Cloud', 'google_oauth_token', 'ya29.', atLeast(24, BASE64URL)),
  format('Google Cloud', 'api_key', 'GOOG1', exactly(56, UPPER_DIGIT)),
  format('Firebase', 'api_key', 'AAAA', exactly(7, BASE64URL), ':', between(134, 152, BASE64URL)),
  format('Alibaba Cloud', 'api_key', 'LTAI', between(12, 22, ALPHANUMERIC)),
  format('Tencent Cloud', 'api_key', 'AKID', exactly(32, ALPHANUMERIC)),
  format('Baidu AI Cloud', 'api_key', 'ALTAK', between(17, 21, ALPHANUMERIC)),
  format('Volcengine', 'api_key', 'AKLT', between(40, 50, ALPHANUMERIC)),
  format('Yandex Cloud', 'api_key', 'AQVN', between(34, 38, BASE64URL)),
  format('Yandex Cloud', 'api_key', 'YC', exactly(38, BASE64URL)),
  format('Yandex Cloud', 'token', 't1.', between(1, 400, BASE64_ANY), '.', between(86, 88, BASE64_ANY)),
  format('Yandex', 'token', 'y0_ y1_ y2_ y3_', between(39, 70, BASE64URL)),
  format('DigitalOcean', 'digitalocean_token', 'dop_v1_ doo_v1_ dor_v1_', exactly(64, HEX)),
  format('Scaleway', 'api_key', 'SCW', exactly(17, UPPER_DIGIT)),
  format('UpCloud', 'token', 'ucat_', between(24, 32, ALPHANUMERIC)),
  format('Exoscale', 'api_key', 'EXO', between(24, 30, ALPHANUMERIC)),
  format('Heroku', 'token', 'HRKU-AA', exactly(58, BASE64URL)),
  format('Heroku', 'token', 'HRKU-', exactly(36, HEX | DASH)),
  format('Fly.io', 'token', 'fo1_', exactly(43, BASE64URL)),
  format('Fly.io', 'token', 'fm1a_ fm1r_ fm2_', atLeast(60, BASE64)),
  format('Fly.io', 'token', 'FlyV1', ' ', atLeast(60, BASE64_ANY)),
  format('Scalingo', 'token', 'tk-us-', exactly(48, BASE64URL)),
  format('Vercel', 'token', 'vcp_ vci_ vca_ vcr_ vck_', between(20, 60, BASE64URL)),
  format('Netlify', 'token', 'nfp_ nfc_ nfo_ nfu_ nfb_', between(36, 40, ALPHANUMERIC)),
  format('Render', 'api_key', 'rnd_', between(28, 32, ALPHANUMERIC)),
  format('Deno Deploy', 'token', 'ddp_ ddw_ ddo_', exactly(36, ALPHANUMERIC)),
  format('Cloudflare', 'token', 'cfut_ cfat_ cfk_', exactly(48, ALPHANUMERIC)),
  format('Cloudflare', 'api_key', 'v1.0-', exactly(24, HEX), '-', exactly(146, HEX)),
  format('OpenShift', 'token', 'sha256~', exactly(43, BASE64URL)),
  lettered('Tailscale', 'api_key', 'tskey-', atLeast(24, BASE64URL)),
  format('Defined Networking', 'token', 'dnkey-', exactly(26, BASE64_ANY), '-', exactly(52, BASE64_ANY)),
  format('Adafruit IO', 'api_key', 'aio_', exactly(28, ALPHANUMERIC)),
  format('Backblaze B2', 'api_key', 'K00', exactly(28, BASE64)),
  format('Samsara', 'api_key', 'samsara_api_', between(26, 32, ALPHANUMERIC)),
  format('Ubidots', 'token', 'BBFF-', exactly(30, ALPHANUMERIC)),
  format('Amazon Marketplace', 'token', 'amzn.mws.', ...UUID),
];
