import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isValidIBAN } from 'ibantools';
import ipaddr from 'ipaddr.js';
import validator from 'validator';
import { passesLuhn } from '../../../../src/pii/detectors/personal/money/card.js';
import { isEmail } from '../../../../src/pii/detectors/personal/contact/email.js';
import { isIban } from '../../../../src/pii/detectors/personal/money/iban.js';
import { isIpv6 } from '../../../../src/pii/detectors/personal/network/ipv6.js';
import { isIssued, mayBeIssued } from '../../../../src/pii/detectors/personal/money/issuers.js';
import { isMacAddress } from '../../../../src/pii/detectors/personal/network/mac-address.js';
import { isIpv4 } from '../../../../src/pii/detectors/personal/network/ipv4.js';
import { found } from '../../support.js';

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));
const letters = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...Array.from(alphabet)), { minLength, maxLength }).map((all) => all.join(''));

/** Another digit in the place of one, which no check digit of one's own forgives. */
function withOtherDigit(text: string, at: number, by: number): string {
  return text.slice(0, at) + String((Number(text.charAt(at)) + by) % 10) + text.slice(at + 1);
}

describe('payment cards, with validator', () => {
  /** A prefix and a length that `validator` knows, too. */
  const card = fc
    .constantFrom(
      ['4', 16] as const,
      ['51', 16] as const,
      ['55', 16] as const,
      ['2221', 16] as const,
      ['34', 15] as const,
      ['37', 15] as const,
      ['6011', 16] as const,
      ['3530', 16] as const,
      ['62', 16] as const,
      ['305', 14] as const,
      ['36', 14] as const,
    )
    .chain(([prefix, length]) => digits(length - prefix.length - 1).map((rest) => withCheckDigit(prefix + rest)));

  test('both accept what has an issuer and the right check digit, and the scanner finds it', () => {
    fc.assert(
      fc.property(card, (number) => {
        expect([passesLuhn(number), isIssued(number), validator.isCreditCard(number)]).toEqual([true, true, true]);
        expect(found(`card ${number}, please`)).toEqual([`credit_card:${number}`]);
      }),
    );
  });

  test('both reject one wrong digit', () => {
    fc.assert(
      fc.property(card, fc.nat({ max: 13 }), fc.integer({ min: 1, max: 9 }), (number, at, by) => {
        const wrong = withOtherDigit(number, at, by);
        expect([passesLuhn(wrong), validator.isCreditCard(wrong)]).toEqual([false, false]);
        expect(found(`card ${wrong}`)).not.toContain(`credit_card:${wrong}`);
      }),
    );
  });

  test('validator knows no Maestro, Mir and Troy, and takes all of 35 for JCB; the scanner follows the issuers', () => {
    for (const number of ['50180000000', '220000000000000', '979200000000000'].map(withCheckDigit)) {
      expect([isIssued(number) && passesLuhn(number), validator.isCreditCard(number)]).toEqual([true, false]);
    }
    const number = withCheckDigit('350000000000000');
    expect([isIssued(number), mayBeIssued(number), validator.isCreditCard(number)]).toEqual([false, true, true]);
  });
});

describe('IBANs, with ibantools and validator', () => {
  /** Countries whose accounts are digits only, so that every draw has the form that the peers ask for. */
  const account = fc
    .constantFrom(
      ['DE', 18] as const,
      ['AT', 16] as const,
      ['DK', 14] as const,
      ['PL', 24] as const,
      ['SK', 20] as const,
    )
    .chain(([country, length]) => digits(length).map((rest) => withIbanCheck(country, rest)));

  test('all accept an account with its check digits, and the scanner finds it', () => {
    fc.assert(
      fc.property(account, (iban) => {
        expect([isIban(iban), validator.isIBAN(iban)]).toEqual([true, true]);
        expect(found(`to ${iban}.`)).toEqual([`iban:${iban}`]);
        const grouped = iban.replace(/(.{4})(?=.)/g, '$1 ');
        expect(found(`to ${grouped}.`)).toEqual([`iban:${grouped}`]);
      }),
    );
  });

  test('all reject one wrong digit and one digit less', () => {
    fc.assert(
      fc.property(account, fc.integer({ min: 2, max: 17 }), fc.integer({ min: 1, max: 9 }), (iban, at, by) => {
        for (const wrong of [withOtherDigit(iban, at, by), iban.slice(0, -1), `${iban}0`]) {
          expect([isIban(wrong), isValidIBAN(wrong), validator.isIBAN(wrong)]).toEqual([false, false, false]);
          expect(found(`to ${wrong}.`)).not.toContain(`iban:${wrong}`);
        }
      }),
    );
  });

  test('ibantools accepts no other account, but checks national check digits as well, where a country has them', () => {
    fc.assert(fc.property(account, (iban) => expect(isIban(iban) || !isValidIBAN(iban)).toBe(true)));
    for (const iban of ['GB29NWBK60161331926819', 'DE89370400440532013000', 'FR1420041010050500013M02606']) {
      expect([isIban(iban), isValidIBAN(iban), validator.isIBAN(iban)]).toEqual([true, true, true]);
    }
    const belgian = withIbanCheck('BE', '000000000001');
    expect([isIban(belgian), isValidIBAN(belgian)]).toEqual([true, false]);
  });
});

describe('IPv4 addresses, with ipaddr.js and validator', () => {
  test('all accept four octets, and the scanner finds them', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect([isIpv4(address), ipaddr.IPv4.isValidFourPartDecimal(address), validator.isIP(address, 4)]).toEqual([
          true,
          true,
          true,
        ]);
        expect(found(`from ${address}, once`)).toEqual([`ip_address:${address}`]);
      }),
    );
  });

  test('all reject an octet above 255, and one octet too few or too many', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat({ max: 3 }), fc.integer({ min: 256, max: 999 }), (address, at, octet) => {
        const octets = address.split('.');
        const wrong = octets.map((each, index) => (index === at ? String(octet) : each)).join('.');
        for (const each of [wrong, octets.slice(1).join('.'), `${address}.1`]) {
          expect([isIpv4(each), ipaddr.IPv4.isValidFourPartDecimal(each), validator.isIP(each, 4)]).toEqual([
            false,
            false,
            false,
          ]);
          expect(found(`from ${each} once`)).toEqual([]);
        }
      }),
    );
  });

  test('ipaddr.js reads octal, hexadecimal and short forms with isValid; neither the scanner nor validator does', () => {
    for (const address of ['0x7f.0.0.1', '010.0.0.1', '127.1']) {
      expect([isIpv4(address), ipaddr.IPv4.isValid(address), validator.isIP(address, 4)]).toEqual([false, true, false]);
    }
  });
});

describe('IPv6 addresses, with ipaddr.js and validator', () => {
  test('all accept every form of RFC 4291', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect([isIpv6(address), ipaddr.IPv6.isValid(address), validator.isIP(address, 6)]).toEqual([true, true, true]);
      }),
    );
  });

  test('the scanner finds the canonical form of an address with many groups (RFC 5952)', () => {
    const group = fc.integer({ min: 0x1000, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(
      fc.property(fc.array(group, { minLength: 4, maxLength: 6 }), (groups) => {
        const address = `2001:${groups.slice(1).join(':')}::1`;
        expect([isIpv6(address), ipaddr.IPv6.isValid(address)]).toEqual([true, true]);
        expect(found(`at ${address} now`)).toEqual([`ip_address:${address}`]);
      }),
    );
  });

  test('all reject a group of five digits, a letter that is none, nine groups and two gaps', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), fc.nat({ max: 7 }), (groups, at) => {
        const withGroup = (wrong: string): string =>
          groups.map((each, index) => (index === at ? wrong : each)).join(':');
        const gaps = [groups[0], '', groups[1], '', groups[2]].join(':');
        for (const wrong of [withGroup('12345'), withGroup('12g4'), `${groups.join(':')}:1`, gaps]) {
          expect([isIpv6(wrong), ipaddr.IPv6.isValid(wrong), validator.isIP(wrong, 6)]).toEqual([false, false, false]);
        }
      }),
    );
  });

  test('the peers take a zone as part of the address; the scanner leaves it out', () => {
    expect([isIpv6('fe80::1%eth0'), ipaddr.IPv6.isValid('fe80::1%eth0'), validator.isIP('fe80::1%eth0', 6)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(found('fe80::1%eth0')).toEqual(['ip_address:fe80::1']);
  });
});

describe('e-mail addresses, with validator', () => {
  const label = letters('abcdefghijklmnopqrstuvwxyz0123456789', 1, 12);
  const address = fc
    .tuple(
      fc.array(letters('abcdefghijklmnopqrstuvwxyz0123456789_-', 1, 8), { minLength: 1, maxLength: 3 }),
      fc.array(label, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('com', 'org', 'de', 'co.uk', 'example', 'museum'),
    )
    .filter(([local]) => !local.join('.').startsWith('-'))
    .map(([local, domain, top]) => `${local.join('.')}@${domain.join('.')}.${top}`);

  test('both accept local parts with full stops and domains with several labels, and the scanner finds them', () => {
    fc.assert(
      fc.property(address, (email) => {
        expect([isEmail(email), validator.isEmail(email)]).toEqual([true, true]);
        expect(found(`write to ${email}, or not`)).toEqual([`email:${email}`]);
      }),
    );
  });

  test('both reject no top level, one of a letter or of digits, two full stops in a row, and an empty part', () => {
    fc.assert(
      fc.property(address, label, (email, name) => {
        const local = email.slice(0, email.indexOf('@'));
        for (const wrong of [
          `${local}@${name}`,
          `${local}@${name}.a`,
          `${local}@${name}.12`,
          `${local}@${name}..com`,
        ]) {
          expect([isEmail(wrong), validator.isEmail(wrong)]).toEqual([false, false]);
        }
        for (const wrong of [`@${name}.com`, `${local}.@${name}.com`, `${local}@.com`, `${local}@-${name}.com`]) {
          expect([isEmail(wrong), validator.isEmail(wrong)]).toEqual([false, false]);
        }
      }),
    );
  });

  test('validator accepts signs that the scanner does not read, and file names', () => {
    for (const email of ["o'brien@example.com", 'a!b@example.com', 'icon@retina.png']) {
      expect([isEmail(email), validator.isEmail(email)]).toEqual([false, true]);
    }
  });
});

describe('MAC addresses, with validator', () => {
  const pair = fc.integer({ min: 0, max: 255 }).map((value) => value.toString(16).padStart(2, '0'));
  const pairs = fc
    .array(pair, { minLength: 6, maxLength: 6 })
    .filter((all) => /[a-f]/.test(all.join('')) && new Set(all.join('')).size > 1);

  test('both accept six pairs with colons or hyphens, and three fours with full stops', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const plain = all.join('');
        const fours = [plain.slice(0, 4), plain.slice(4, 8), plain.slice(8)].join('.');
        for (const address of [all.join(':'), all.join('-'), fours]) {
          expect(validator.isMACAddress(address, { eui: '48' })).toBe(true);
          expect(found(`mac ${address} up`)).toEqual([`mac_address:${address}`]);
        }
      }),
    );
  });

  test('both reject five pairs, mixed signs and a letter that is none', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const mixed = `${all.slice(0, 3).join(':')}-${all.slice(3).join('-')}`;
        for (const wrong of [all.slice(1).join(':'), mixed, ['0g', ...all.slice(1)].join(':')]) {
          expect([isMacAddress(wrong), validator.isMACAddress(wrong, { eui: '48' })]).toEqual([false, false]);
          expect(found(`mac ${wrong} up`).join()).not.toContain('mac_address');
        }
      }),
    );
  });

  test('validator accepts the broadcast address, spaces and EUI-64; none of these is a finding', () => {
    for (const address of ['ff:ff:ff:ff:ff:ff', '00 1a 2b 3c 4d 5e', '00:1a:2b:3c:4d:5e:6f:70']) {
      expect([validator.isMACAddress(address), found(address).join().includes('mac_address')]).toEqual([true, false]);
    }
  });
});

/** The digits with the check digit of Luhn behind them; written on its own, so that it does not share a mistake. */
function withCheckDigit(body: string): string {
  const sum = Array.from(body)
    .reverse()
    .map(
      (digit, index) => (index % 2 === 0 ? ((Number(digit) * 2 - 1) % 9) + 1 : Number(digit)) * (digit === '0' ? 0 : 1),
    )
    .reduce((total, value) => total + value, 0);
  return body + String((10 - (sum % 10)) % 10);
}

/** The account with the check digits of ISO 13616, in arithmetic of whole numbers. */
function withIbanCheck(country: string, account: string): string {
  const letterValues = Array.from(country, (letter) => String(letter.charCodeAt(0) - 55)).join('');
  const check = 98n - (BigInt(`${account}${letterValues}00`) % 97n);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}
