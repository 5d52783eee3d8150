import type { Detector, Report } from '../../detector.js';
import type { NumberGroups } from '../../number-groups.js';
import { judge } from './assigned-value.js';
import { isPlaceholder } from './placeholders.js';
import { isUuid, looksRandom } from './randomness.js';
import { announcedKindOf } from './secret-names.js';
import { confidenceOfSecret } from './secret-values.js';

const USER_INFORMATION =
  /:\/\/([^\s:/?#@"'`<>\\]{0,256}):([^\s/?#@"'`<>\\]{1,256}(?:@[^\s/?#@"'`<>\\:]{1,64}(?=@)){0,4})@/y;
/**
 * The same with a password that holds `/`, `?` or `#`, which ought to be percent-encoded. What stands before the colon is
 * no host then, what stands behind it no port, and what follows the at sign is a host.
 */
const UNENCODED =
  /:\/\/([^\s.:/?#@"'`<>\\]{0,64}):(?!\d{0,5}[/?#])([^\s"'`<>@\\]{1,256}(?:@[^\s/?#@"'`<>\\:]{1,64}(?=@)){0,4})@(?=localhost\b|[A-Za-z\d][\w-]{0,63}(?::\d|(?:\.[\w-]{1,63}){1,8}(?:[:/?#\s"'`<>),;\\]|$)))/y;
/** What both parts of the user information may come to, and a host. */
const LONGEST_AUTHORITY = 640;
const AT_SIGN = 0x40;
const SLASH = 0x2f;
const SPACE = 0x20;
/** A token where the user's name would be, as for cloning over HTTPS: `https://x@github.com`. */
const USER_ONLY = /:\/\/([A-Za-z0-9_-]{20,256})(?::(?:x-oauth-basic|x-token-auth)?)?@/y;
const BEARER = /bearer +([A-Za-z0-9._~+/-]{16,}={0,2})/iy;
const BASIC = /basic +([A-Za-z0-9+/_-]{8,}={0,2})/iy;
const BEFORE_BASIC = /authorization["'\\]{0,4} {0,2}[:=,] {0,2}["'\\]{0,4}$/i;
const NAME_BEFORE = 40;
/** A header with a scheme that is neither of those of the RFCs, or with none: GitHub's `token x`, `ApiKey x`. */
const AUTHORIZATION =
  /authorization["'\\]{0,4} {0,2}[:=,] {0,2}["'\\]{0,4}(?!bearer |basic )(?:[A-Za-z][A-Za-z-]{1,20} +)?(?:token=)?["'\\]{0,4}([A-Za-z0-9._~+/=:-]{16,512})/iy;
/** An access key of AWS with its secret behind it, as in the file of credentials that its console hands out. */
const AWS_PAIR = /A[KS]IA[A-Z0-9]{16}["']?[\s,;:|]{1,4}["']?([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/y;
const CURL_USER = / (?:-u|--user)[ =]{0,2}["']?([^\s:"'$<{]{1,64}):([^\s"'$<{]{3,128})/y;
const CURL = 'curl ';
const COMMAND = 400;
const NETRC = /password\s{1,4}([^\s"'{}<>$]{4,256})/y;
const NETRC_REACH = 160;
const BEFORE_NETRC = /(?:machine\s{1,4}\S{1,100}|default)\s{1,8}login\s{1,4}\S{1,100}\s{1,8}$/;
/** How shells and databases are given a password without a sign between: Docker, PowerShell, SQL. */
const STATEMENT =
  /(?:SecureString(?: -String)? {1,4}|IDENTIFIED (?:WITH \w{1,40} )?BY {1,4}|PASSWORD {1,4})(["'])([^"'\s]{4,128})\1/iy;
/** What somebody tells another in a sentence that ends there. */
const SENTENCE = /password (?:is|was):? {1,2}["'`]?([^\s"'`,;]{5,64}?)["'`]?[.,;!)]?(?=\s*$|\n| [A-Z(])/iy;
const LETTERS_AND_DIGITS = /^(?!(?:base|utf|sha|md|aes|rsa|v)-?\d)(?=.*[a-z])(?=.*\d)/;
/** From here on the parts of a URL may be keys of a provider. */
const SHORTEST_TOKEN = 16;
const HAS_SIGN = /[\d!@#$%^&*?~+]/;
const DOCKER_ENV = /ENV [ \t]{0,8}(\w{1,64})[ \t]{1,8}["']?([^\s"'=]{4,512})/y;

/** Finds the password, or the token, in the user information of a URL (RFC 3986, section 3.2.1). */
export const urlPasswordDetector: Detector = {
  types: ['password', 'token'],
  category: 'secret',
  anchor: { at: 'character', characters: ':', behind: '/' },
  detect(text, at, report, groups) {
    const last = endOfAuthority(text, at + 3);
    if (last !== AT_SIGN) {
      return last === SLASH ? detectUnencoded(text, at, report, groups) : at;
    }
    USER_ONLY.lastIndex = at;
    const token = USER_ONLY.exec(text)?.[1];
    if (token !== undefined && (looksRandom(token) || isUuid(token)) && !isPlaceholder(token)) {
      return report('token', at + 3, at + 3 + token.length, 0.8) ? USER_ONLY.lastIndex : at;
    }
    USER_INFORMATION.lastIndex = at;
    const [, user = '', password] = USER_INFORMATION.exec(text) ?? [];
    if (password === undefined) {
      return detectUnencoded(text, at, report, groups);
    }
    const end = USER_INFORMATION.lastIndex - 1;
    if (user.length >= SHORTEST_TOKEN && looksRandom(user) && !isPlaceholder(user)) {
      report('token', at + 3, at + 3 + user.length, 0.8);
    }
    // A name that is its own password (`guest:guest`) is what a server comes with, and opens nothing that is not open.
    const isSecret =
      user.toLowerCase() !== password.toLowerCase() && confidenceOfSecret('password', password, 'quoted') > 0;
    const isReported = isSecret && report('password', end - password.length, end, 0.9);
    // The scan goes on behind the at sign, so that password and host do not pass for an e-mail address; but what may be
    // a key of another type is looked at as that.
    return isReported || password.length < SHORTEST_TOKEN ? end + 1 : end - password.length;
  },
};

/** The password of a user information that is not encoded as it ought to be. */
function detectUnencoded(text: string, at: number, report: Report, groups: NumberGroups): number {
  if (nextAtSign(text, at, groups) - at > LONGEST_AUTHORITY) return at;
  UNENCODED.lastIndex = at;
  const [, user = '', password] = UNENCODED.exec(text) ?? [];
  if (password === undefined || user === password || confidenceOfSecret('password', password, 'quoted') === 0) {
    return at;
  }
  const end = UNENCODED.lastIndex - 1;
  return report('password', end - password.length, end, 0.7) ? end + 1 : at;
}

/** The at sign that was found last, in which scan, and from where on it is the next. */
const found = { scan: 0, from: 0, at: 0 };

/** Where the next at sign stands, or the end of the text: looked for once for all the places before it. */
function nextAtSign(text: string, from: number, { scan }: NumberGroups): number {
  if (scan !== 0 && scan === found.scan && from >= found.from && from <= found.at) return found.at;
  const next = text.indexOf('@', from);
  found.scan = scan;
  found.from = from;
  return (found.at = next === -1 ? text.length + LONGEST_AUTHORITY : next);
}

/** What ends a URL's authority: an at sign if there is user information, else mostly a slash; 0 for anything else. */
function endOfAuthority(text: string, from: number): number {
  const last = Math.min(text.length, from + LONGEST_AUTHORITY);
  for (let at = from; at < last; at += 1) {
    const code = text.charCodeAt(at);
    if (code === AT_SIGN || code === SLASH || code <= SPACE) {
      return code <= SPACE ? 0 : code;
    }
  }
  return 0;
}

/** Finds credentials of the `Bearer` and `Basic` schemes (RFC 6750, section 2.1; RFC 7617). */
export const authorizationDetector: Detector = {
  types: ['token', 'password'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['Bearer ', 'bearer ', 'BEARER ', 'Basic ', 'basic '] },
  detect(text, at, report) {
    BEARER.lastIndex = at;
    const token = BEARER.exec(text)?.[1];
    if (token !== undefined) {
      const sure = /\d/.test(token) && confidenceOfSecret('token', token, 'joined') > 0;
      return sure && report('token', BEARER.lastIndex - token.length, BEARER.lastIndex, 0.8) ? BEARER.lastIndex : at;
    }
    BASIC.lastIndex = at;
    const basic = BASIC.exec(text)?.[1];
    if (basic === undefined || !BEFORE_BASIC.test(text.slice(Math.max(0, at - NAME_BEFORE), at))) {
      return at;
    }
    return report('password', BASIC.lastIndex - basic.length, BASIC.lastIndex, 0.8) ? BASIC.lastIndex : at;
  },
};

/** Finds credentials of other schemes in the `Authorization` field of a request (RFC 9110, section 11.6.2). */
export const authorizationFieldDetector: Detector = {
  types: ['token'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['Authorization', 'authorization', 'AUTHORIZATION'] },
  detect(text, at, report) {
    AUTHORIZATION.lastIndex = at;
    const value = AUTHORIZATION.exec(text)?.[1];
    if (value === undefined || (!looksRandom(value) && !isUuid(value)) || isPlaceholder(value)) {
      return at;
    }
    const end = AUTHORIZATION.lastIndex;
    return report('token', end - value.length, end, 0.7) ? end : at;
  },
};

/** Finds the secret behind an access key of AWS (AWS IAM User Guide, "Manage access keys for IAM users"). */
export const awsPairDetector: Detector = {
  types: ['aws_key'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['AKIA', 'ASIA'] },
  detect(text, at, report) {
    AWS_PAIR.lastIndex = at;
    const secret = AWS_PAIR.exec(text)?.[1];
    if (secret !== undefined && looksRandom(secret)) {
      report('aws_key', AWS_PAIR.lastIndex - secret.length, AWS_PAIR.lastIndex, 0.8);
    }
    return at; // The access key itself is for its own detector.
  },
};

/** Finds the password of `curl -u user:password` (curl's manual page). */
export const curlUserDetector: Detector = {
  types: ['password'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: [CURL] },
  detect(text, at, report) {
    const reach = text.slice(at, at + COMMAND);
    const next = reach.indexOf(CURL, CURL.length);
    const command = next < 0 ? reach : reach.slice(0, next);
    const option = command.indexOf(' -u');
    CURL_USER.lastIndex = at + (option < 0 ? command.indexOf(' --user') : option);
    const [, user = '', password] = CURL_USER.lastIndex < at ? [] : (CURL_USER.exec(text) ?? []);
    if (password === undefined) {
      return at;
    }
    const end = CURL_USER.lastIndex;
    const confidence = user === password ? 0 : confidenceOfSecret('password', password, 'quoted');
    if (confidence > 0) {
      report('password', end - password.length, end, confidence);
    }
    return at; // What stands before the option is still to be read.
  },
};

/** Finds passwords that a word announces without a sign: `.netrc`, `ENV NAME x`, `IDENTIFIED BY 'x'`. */
export const statementDetector: Detector = {
  types: ['password', 'secret', 'api_key', 'token', 'aws_key', 'azure_storage_key'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['ENV ', 'SecureString ', 'IDENTIFIED ', 'PASSWORD ', 'password '] },
  detect(text, at, report) {
    NETRC.lastIndex = at;
    STATEMENT.lastIndex = at;
    const netrc = BEFORE_NETRC.test(text.slice(Math.max(0, at - NETRC_REACH), at)) ? NETRC.exec(text)?.[1] : undefined;
    const password = netrc ?? STATEMENT.exec(text)?.[2];
    if (password !== undefined && (text.charAt(at) !== 'p' || netrc !== undefined || HAS_SIGN.test(password))) {
      const end = netrc === undefined ? STATEMENT.lastIndex - 1 : NETRC.lastIndex;
      const confidence = confidenceOfSecret('password', password, 'quoted');
      return confidence > 0 && report('password', end - password.length, end, confidence) ? end : at;
    }
    SENTENCE.lastIndex = at;
    const told = SENTENCE.exec(text)?.[1];
    if (told !== undefined && LETTERS_AND_DIGITS.test(told) && confidenceOfSecret('password', told, 'quoted') > 0) {
      const start = text.indexOf(told, at + 'password is'.length);
      return report('password', start, start + told.length, 0.6) ? start + told.length : at;
    }
    return detectDockerEnvironment(text, at, report);
  },
};

function detectDockerEnvironment(text: string, at: number, report: Report): number {
  DOCKER_ENV.lastIndex = at;
  const [, name = '', value] = DOCKER_ENV.exec(text) ?? [];
  const kind = value === undefined ? undefined : announcedKindOf(name);
  if (kind === undefined) {
    return at;
  }
  const end = DOCKER_ENV.lastIndex;
  return judge(text, end - (value as string).length, end, kind, 'joined', report, at);
}
