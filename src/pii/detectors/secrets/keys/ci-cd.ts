import { ALPHANUMERIC, BASE64URL, HEX } from '../../../characters.js';
import { atLeast, BASE64URL_DOT, between, exactly, format, type KeyFormat, UPPER_DIGIT, UUID } from './key-format.js';

/**
 * Tokens of builds, deployments, feature flags and workflows.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them CircleCI on project tokens (`CCIPRJ_`);
 * Inngest on signing keys; Statsig on server secrets; n8n and Liveblocks on API keys. Terraform Cloud's `.atlasv1.`
 * is in `inner-keys.ts`.
 */
export const CI_CD_KEYS: readonly KeyFormat[] = [
  format('CircleCI', 'api_key', 'CCIPAT_ CCIPRJ_', between(20, 24, ALPHANUMERIC), '_', exactly(40, HEX)),
  format('Buildkite', 'api_key', 'bkua_', exactly(40, ALPHANUMERIC)),
  format('Buildkite', 'token', 'bkaa_ bkar_ bkaj_', atLeast(70, BASE64URL)),
  format(
    'Harness',
    'token',
    'pat. sat.',
    exactly(22, BASE64URL),
    '.',
    exactly(24, ALPHANUMERIC),
    '.',
    exactly(20, ALPHANUMERIC),
  ),
  format('Octopus Deploy', 'api_key', 'API-', between(25, 32, UPPER_DIGIT)),
  format('Prefect', 'api_key', 'pnu_', exactly(36, ALPHANUMERIC)),
  format('Pulumi', 'api_key', 'pul-', exactly(40, HEX)),
  format('Infracost', 'api_key', 'ico-', exactly(32, ALPHANUMERIC)),
  format('LaunchDarkly', 'api_key', 'api- sdk-', ...UUID),
  format('Statsig', 'api_key', 'secret-', between(40, 50, ALPHANUMERIC)),
  format('ConfigCat', 'api_key', 'configcat-sdk-1/', exactly(22, BASE64URL), '/', exactly(22, BASE64URL)),
  format('Inngest', 'api_key', 'signkey-prod- signkey-test- signkey-branch-', exactly(64, HEX)),
  format('n8n', 'api_key', 'n8n_api_', atLeast(40, BASE64URL_DOT)),
  format('Apify', 'token', 'apify_api_', between(36, 40, ALPHANUMERIC)),
  format('SettleMint', 'token', 'sm_pat_ sm_aat_ sm_sat_', exactly(16, ALPHANUMERIC)),
  format('Liveblocks', 'api_key', 'sk_dev_', atLeast(40, BASE64URL)),
];
