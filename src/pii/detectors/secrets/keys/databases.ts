import { ALPHANUMERIC, BASE64, BASE64URL, DIGIT, DOT, HEX } from '../../../characters.js';
import { atLeast, BASE64_ANY, between, exactly, format, type KeyFormat, LOWER_DIGIT } from './key-format.js';

/**
 * Keys of databases, files and content stores.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them the code of Supabase's client
 * (`sbp_oauth_`, `sbp_v0_`); Xata and Fauna on API keys and secrets; Aiven on passwords of services (`AVNS_`,
 * DigitalOcean's databases have them, too); Dropbox on short-lived tokens; Tinybird on auth tokens.
 */
export const DATABASE_KEYS: readonly KeyFormat[] = [
  format('PlanetScale', 'api_key', 'pscale_tkn_ pscale_pw_ pscale_oauth_', between(24, 64, BASE64_ANY | DOT)),
  format('Databricks', 'databricks_token', 'dapi', exactly(32, HEX), '-', exactly(1, DIGIT)),
  format('Databricks', 'databricks_token', 'dapi', exactly(32, HEX)),
  format('Supabase', 'api_key', 'sbp_ sbp_oauth_ sbp_v0_', exactly(40, LOWER_DIGIT)),
  format('Supabase', 'api_key', 'sb_secret_', between(22, 48, BASE64URL)),
  format('Neon', 'api_key', 'napi_', exactly(64, ALPHANUMERIC)),
  format('Xata', 'api_key', 'xau_', between(28, 64, BASE64URL)),
  format('MongoDB Atlas', 'api_key', 'mdb_sa_sk_', exactly(40, BASE64URL)),
  format('Confluent Cloud', 'api_key', 'cflt', exactly(60, BASE64)),
  format('Fauna', 'api_key', 'fnA', between(37, 45, BASE64URL)),
  format('Aiven', 'password', 'AVNS_', between(15, 24, BASE64URL)),
  format('CockroachDB Cloud', 'api_key', 'CCDB1_', exactly(22, ALPHANUMERIC), '_', exactly(40, ALPHANUMERIC)),
  format('DataStax Astra', 'token', 'AstraCS:', between(20, 30, ALPHANUMERIC), ':', exactly(64, HEX)),
  format('DataStax Astra', 'token', 'AstraCS:', atLeast(20, ALPHANUMERIC)),
  format('Airtable', 'api_key', 'pat', exactly(14, ALPHANUMERIC), '.', exactly(64, HEX)),
  format('Contentful', 'token', 'CFPAT-', between(40, 50, BASE64URL)),
  format('Dropbox', 'token', 'sl.', between(120, 160, BASE64_ANY)),
  format('Dropbox', 'token', 'sl.u.', atLeast(100, BASE64URL)),
  format('Tinybird', 'token', 'p.eyJ', between(40, 200, BASE64URL), '.', exactly(43, BASE64URL)),
];
