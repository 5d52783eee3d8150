import { ALPHANUMERIC, BASE64URL, DASH, DIGIT, HEX } from '../../../characters.js';
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
 * Tokens of code hosting and of search in code.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them GitHub "Token types and prefixes";
 * GitLab "Token overview" (token prefixes, routable tokens); Trello on tokens (`ATTA`); the code of Gitpod and of
 * Snyk's client for their personal access tokens; Hub and YouTrack "permanent tokens" (`perm:`); Linear on OAuth
 * tokens and webhook secrets; Postman "collection access keys"; GitBook on API tokens.
 */
export const CODE_HOSTING_KEYS: readonly KeyFormat[] = [
  format('GitHub', 'github_pat', 'ghp_ gho_ ghu_ ghs_ ghr_', atLeast(20, ALPHANUMERIC)),
  format('GitHub', 'github_pat', 'ghs_', between(1, 20, DIGIT), '_', atLeast(40, BASE64URL_DOT)),
  format('GitHub', 'github_pat', 'github_pat_', atLeast(22, WORD)),
  format('GitHub', 'github_pat', 'v1.', exactly(40, HEX)),
  format('GitLab', 'gitlab_pat', 'glpat-', atLeast(20, BASE64URL_DOT)),
  format(
    'GitLab',
    'gitlab_token',
    'gldt- glrt- glrtr- glptt- glcbt- glsoat- glimt- glagent- glft- gloas- glffct- glwt- GR1348941',
    atLeast(20, BASE64URL_DOT),
  ),
  format('GitLab', 'gitlab_token', 'gitlab_session=', exactly(32, LOWER_DIGIT)),
  format('Atlassian', 'token', 'ATATT3 ATCTT3', atLeast(64, BASE64_ANY)),
  format('Trello', 'token', 'ATTA', exactly(72, HEX)),
  format('Bitbucket', 'token', 'ATBB', between(24, 40, ALPHANUMERIC)),
  format('Bitbucket', 'token', 'BBDC-', between(40, 50, BASE64_ANY)),
  format('Sourcegraph', 'api_key', 'sgp_', exactly(40, HEX)),
  format('Sourcegraph', 'api_key', 'sgp_', exactly(16, HEX), '_', exactly(40, HEX)),
  format('Sourcegraph', 'api_key', 'sgp_local_', exactly(40, HEX)),
  format('Sourcegraph', 'api_key', 'slk_', exactly(64, HEX)),
  format('Gitpod', 'token', 'gitpod_pat_', atLeast(30, BASE64URL_DOT)),
  format(
    'JetBrains',
    'token',
    'perm: perm-',
    between(8, 120, BASE64_ANY),
    '.',
    between(4, 120, BASE64_ANY),
    '.',
    between(20, 64, ALPHANUMERIC),
  ),
  format('Linear', 'api_key', 'lin_api_ lin_oauth_ lin_wh_', between(32, 128, WORD)),
  format('Snyk', 'token', 'snyk_uat. snyk_sat.', atLeast(24, BASE64URL_DOT)),
  format('SonarQube', 'token', 'sqp_ squ_ sqa_', exactly(40, BASE64_ANY)),
  format('Endor Labs', 'token', 'endr+', exactly(16, ALPHANUMERIC | DASH)),
  format('Postman', 'api_key', 'PMAK-', exactly(24, HEX), '-', exactly(34, HEX)),
  format('Postman', 'api_key', 'PMAT-', exactly(26, ALPHANUMERIC)),
  format('ReadMe', 'api_key', 'rdme_', exactly(70, LOWER_DIGIT)),
  format('GitBook', 'token', 'gb_api_', exactly(40, ALPHANUMERIC)),
  format('Zuplo', 'api_key', 'zpka_', exactly(32, LOWER_DIGIT), '_', exactly(8, HEX)),
  format('Riot Games', 'api_key', 'RGAPI-', ...UUID),
  format('Frame.io', 'token', 'fio-u-', exactly(64, BASE64_ANY)),
  format('Figma', 'api_key', 'figd_ figp_', between(40, 200, BASE64URL)),
];
