import type { Detector } from '../detector.js';
import { confidenceOfSecret } from '../secret-values.js';

const USER_INFORMATION = /:\/\/([^\s:/?#@"'`<>\\]{0,64}):([^\s/?#@"'`<>\\]{1,256})@/y;
const BEARER = /bearer +([A-Za-z0-9._~+/-]{16,}={0,2})/iy;
const BASIC = /basic +([A-Za-z0-9+/_-]{8,}={0,2})/iy;
const BEFORE_BASIC = /authorization["'\\]{0,4} {0,2}[:=] {0,2}["'\\]{0,4}$/i;
const NAME_BEFORE = 40;

/** Finds the password in the user information of a URL (RFC 3986, section 3.2.1). */
export const urlPasswordDetector: Detector = {
  types: ['password'],
  category: 'secret',
  anchor: { at: 'character', characters: ':', next: '/' },
  detect(text, at, report) {
    USER_INFORMATION.lastIndex = at;
    const password = USER_INFORMATION.exec(text)?.[2];
    if (password === undefined) {
      return at;
    }
    const end = USER_INFORMATION.lastIndex - 1;
    if (confidenceOfSecret('password', password, 'quoted') > 0) {
      report('password', end - password.length, end, 0.9);
    }
    // The scan goes on behind the at sign, so that password and host do not pass for an e-mail address.
    return end + 1;
  },
};

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
