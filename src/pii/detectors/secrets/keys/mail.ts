import { ALPHANUMERIC, BASE64URL, DOT, HEX } from '../../../characters.js';
import { BASE64_ANY, between, exactly, format, type KeyFormat, UUID } from './key-format.js';

/**
 * Keys of mail services and of marketing.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them Brevo on SMTP keys (`xsmtpsib-`);
 * Mandrill on API keys (`md-`); HubSpot "private apps" (a region in each token). Mailchimp's keys end in `-us` and a
 * number: `inner-keys.ts`.
 */
export const MAIL_KEYS: readonly KeyFormat[] = [
  format('SendGrid', 'sendgrid_key', 'SG.', between(16, 32, BASE64_ANY), '.', between(32, 64, BASE64_ANY)),
  format('SendGrid', 'sendgrid_key', 'SG.', exactly(66, BASE64_ANY | DOT)),
  format('Mailgun', 'mailgun_key', 'key- pubkey-', exactly(32, HEX)),
  format('Brevo', 'api_key', 'xkeysib- xsmtpsib-', exactly(64, HEX), '-', exactly(16, ALPHANUMERIC)),
  format('Mandrill', 'api_key', 'md-', exactly(22, BASE64URL)),
  format('Resend', 'api_key', 're_', exactly(8, ALPHANUMERIC), '_', between(20, 26, ALPHANUMERIC)),
  format('MailerSend', 'token', 'mlsn.', between(30, 100, ALPHANUMERIC)),
  format('Klaviyo', 'api_key', 'pk_', exactly(34, HEX)),
  format('Klaviyo', 'api_key', 'pk_', exactly(6, ALPHANUMERIC), '_', exactly(34, HEX)),
  format('Beamer', 'api_key', 'b_', exactly(44, BASE64_ANY)),
  format('HubSpot', 'token', 'pat-na1- pat-na2- pat-na3- pat-eu1- pat-ap1-', ...UUID),
  format('Typeform', 'token', 'tfp_', between(40, 59, BASE64_ANY | DOT)),
];
