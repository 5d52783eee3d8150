import { AI_KEYS } from './ai.js';
import { CHAT_KEYS } from './chat.js';
import { CI_CD_KEYS } from './ci-cd.js';
import { CLOUD_KEYS } from './cloud.js';
import { CODE_HOSTING_KEYS } from './code-hosting.js';
import { COMMERCE_KEYS } from './commerce.js';
import { DATABASE_KEYS } from './databases.js';
import { IDENTITY_KEYS } from './identity.js';
import type { KeyFormat } from './key-format.js';
import { MAIL_KEYS } from './mail.js';
import { MONITORING_KEYS } from './monitoring.js';
import { PACKAGE_REGISTRY_KEYS } from './package-registries.js';
import { PAYMENT_KEYS } from './payment.js';

/**
 * Every documented form of a provider's key that a prefix tells.
 *
 * Sources: a row stands here only where a scanner's published rules, the vendor's documentation or the vendor's own
 * code state its form. The rules are those of gitleaks, Betterleaks, TruffleHog, Kingfisher, Titus, Nosey Parker,
 * secretlint, detect-secrets and secrets-patterns-db; where they differ in a length or an alphabet, a row mostly
 * follows the wider one. What a family took from elsewhere, it names itself.
 */
export const ALL_KEYS: readonly KeyFormat[] = [
  ...CLOUD_KEYS,
  ...CODE_HOSTING_KEYS,
  ...CHAT_KEYS,
  ...PAYMENT_KEYS,
  ...MAIL_KEYS,
  ...AI_KEYS,
  ...CI_CD_KEYS,
  ...PACKAGE_REGISTRY_KEYS,
  ...MONITORING_KEYS,
  ...DATABASE_KEYS,
  ...IDENTITY_KEYS,
  ...COMMERCE_KEYS,
];
