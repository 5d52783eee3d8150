import { ALPHANUMERIC, BASE64, BASE64URL, HEX } from '../../../characters.js';
import {
  atLeast,
  BASE64_ANY,
  between,
  exactly,
  format,
  type KeyFormat,
  LOWER_DIGIT,
  UUID,
  WORD,
} from './key-format.js';

/**
 * Keys of monitoring, logs and product analytics.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them Sentry on the prefixes of its tokens;
 * Dynatrace "token format"; Honeycomb "API key format" (key identifier and secret are written together); PostHog on
 * feature flags secure keys (`phs_`); Axiom on tokens; Checkly on user and service keys (`cu_`, `sv_`); Logfire on
 * write tokens; Coralogix on team keys (`cxtp_`); Healthchecks.io on keys of its management API.
 */
export const MONITORING_KEYS: readonly KeyFormat[] = [
  format('New Relic', 'api_key', 'NRAK- NRAA-', between(24, 42, ALPHANUMERIC)),
  format('New Relic', 'api_key', 'NRII- NRIQ- NRSP-', between(25, 40, BASE64URL)),
  format('New Relic', 'api_key', 'NRJS- NRBR-', exactly(19, HEX)),
  format('New Relic', 'api_key', 'NRRA-', between(40, 44, ALPHANUMERIC)),
  format('Grafana', 'token', 'glsa_', exactly(32, ALPHANUMERIC), '_', exactly(8, HEX)),
  format('Grafana', 'token', 'glc_', between(32, 402, BASE64)),
  format('Grafana', 'api_key', 'eyJrIjoi', between(60, 402, BASE64)),
  format('Sentry', 'token', 'sntryu_ sntrya_ sntryi_', exactly(64, HEX)),
  format('Sentry', 'token', 'sntrys_eyJ', between(32, 420, BASE64), '_', exactly(43, BASE64)),
  format(
    'Dynatrace',
    'token',
    'dt0c01. dt0s01. dt0s02. dt0s03. dt0e01. dt0a01.',
    between(6, 24, ALPHANUMERIC),
    '.',
    exactly(64, ALPHANUMERIC),
  ),
  format('Honeycomb', 'api_key', 'hcaik_ hcxik_', exactly(58, LOWER_DIGIT)),
  format('PostHog', 'api_key', 'phx_ phs_', between(32, 64, WORD)),
  format('Axiom', 'token', 'xaat- xapt-', ...UUID),
  format('Checkly', 'api_key', 'cu_ sv_', exactly(32, HEX)),
  format('Segment', 'token', 'sgp_', exactly(64, ALPHANUMERIC)),
  format('Elastic', 'api_key', 'essu_', atLeast(40, BASE64_ANY)),
  format('Logfire', 'token', 'pylf_v1_us_ pylf_v1_eu_', exactly(43, ALPHANUMERIC)),
  format('Coralogix', 'api_key', 'cxtp_', exactly(30, ALPHANUMERIC)),
  format('Healthchecks.io', 'api_key', 'hcw_ hcr_', exactly(28, ALPHANUMERIC)),
  format('Rootly', 'api_key', 'rootly_', exactly(64, HEX)),
];
