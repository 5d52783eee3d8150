import { ALPHANUMERIC, BASE64URL, HEX } from '../../../characters.js';
import { atLeast, between, exactly, format, type KeyFormat, LOWER_DIGIT } from './key-format.js';

/**
 * Tokens that may publish packages and images.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them npm "About access tokens"; PyPI "API
 * tokens" (a macaroon whose first bytes name pypi.org or test.pypi.org); the configuration of Open VSX (`ovsxat_`).
 */
export const PACKAGE_REGISTRY_KEYS: readonly KeyFormat[] = [
  format('npm', 'npm_token', 'npm_', exactly(36, ALPHANUMERIC)),
  format('PyPI', 'pypi_token', 'pypi-AgE', atLeast(50, BASE64URL)),
  format('RubyGems', 'api_key', 'rubygems_', exactly(48, HEX)),
  format('NuGet', 'api_key', 'oy2', exactly(43, LOWER_DIGIT)),
  format('Clojars', 'token', 'CLOJARS_', exactly(60, ALPHANUMERIC)),
  format('crates.io', 'token', 'cio', exactly(32, ALPHANUMERIC)),
  format('Docker Hub', 'api_key', 'dckr_pat_ dckr_oat_', between(24, 40, BASE64URL)),
  format('JFrog Artifactory', 'api_key', 'AKCp', between(20, 80, ALPHANUMERIC)),
  format('JFrog Artifactory', 'token', 'cmVmd', exactly(59, ALPHANUMERIC)),
  format('JFrog Artifactory', 'password', 'AP1 AP2 AP3 AP4 AP5 AP6 AP7 AP8 AP9', between(20, 80, ALPHANUMERIC)),
  format('Open VSX', 'token', 'ovsxat_', atLeast(36, BASE64URL)),
];
