import { describe, expect, test } from '@jest/globals';
import { found, typesIn } from '../../../../support.js';

/** A number by country: its type, what names it (nothing for what speaks for itself), and how it is written. */
const NUMBERS: readonly (readonly [kind: string, type: string, name: string, value: string])[] = [
  ['US ITIN', 'tax_id', '', '912-71-4432'],
  ['US ITIN', 'tax_id', 'ITIN', '912714432'],
  ['US EIN', 'tax_id', 'Employer identification number', '12-3456789'],
  ['US NPI', 'health_id', 'NPI', '1234567893'],
  ['US DEA', 'health_id', 'DEA number', 'AB1234563'],
  ['UK NHS', 'health_id', 'NHS number', '943 476 5919'],
  ['UK NHS', 'health_id', 'nhs', '9434765919'],
  ['UK UTR', 'tax_id', 'UTR', '1955839661'],
  ['UK NINO', 'national_id', '', 'AB 12 34 56 C'],
  ['UK NINO', 'national_id', 'National Insurance', 'AB123456C'],
  ['UK driver number', 'driving_licence', '', 'MORGA657054SM9IJ'],
  ['UK driver number of a short name', 'driving_licence', '', 'FOX99861238AB9CD'],
  ['DE Steuer-ID', 'tax_id', 'Steuer-ID', '86 095 742 719'],
  ['DE Versicherungsnummer', 'national_id', '', '65 070803 A 019'],
  ['DE Versicherungsnummer', 'national_id', '', '65070803A019'],
  ['DE Krankenversichertennummer', 'health_id', 'Versichertennummer', 'A123456780'],
  ['DE Personalausweis', 'national_id', 'Personalausweis', 'L01X00T471'],
  ['AT Sozialversicherungsnummer', 'national_id', 'SVNR', '1237 010180'],
  ['FR NIR', 'national_id', '', '2 55 08 14 168 025 38'],
  ['FR NIR', 'national_id', '', '255081416802538'],
  ['BE rijksregisternummer', 'national_id', '', '85.07.30-033.28'],
  ['ES DNI', 'national_id', 'DNI', '12345678Z'],
  ['ES NIE', 'national_id', '', 'X1234567L'],
  ['PT NIF', 'tax_id', 'NIF', '123456789'],
  ['IT codice fiscale', 'tax_id', '', 'RSSMRA85T10A562S'],
  ['IT partita IVA', 'tax_id', 'partita IVA', '12345670017'],
  ['NL BSN', 'national_id', 'burgerservicenummer', '111222333'],
  ['IE PPS', 'national_id', 'PPS number', '1234567T'],
  ['SE personnummer', 'national_id', 'personnummer', '811218-9876'],
  ['SE personnummer', 'national_id', '', '19811218-9876'],
  ['NO fødselsnummer', 'national_id', 'fødselsnummer', '01010750160'],
  ['DK CPR', 'national_id', 'CPR', '010180-1234'],
  ['FI henkilötunnus', 'national_id', '', '131052-308T'],
  ['PL PESEL', 'national_id', 'PESEL', '44051401458'],
  ['PL NIP', 'tax_id', 'NIP', '123-456-32-18'],
  ['CH AHV', 'national_id', '', '756.9217.0769.85'],
  ['RO CNP', 'national_id', 'CNP', '1800101221144'],
  ['CA SIN', 'national_id', 'SIN', '046 454 286'],
  ['AU TFN', 'tax_id', 'TFN', '123 456 782'],
  ['AU Medicare', 'health_id', 'Medicare', '2123 45670 1'],
  ['AU ABN', 'tax_id', 'ABN', '51 824 753 556'],
  ['AU ACN', 'tax_id', 'ACN', '005 499 981'],
  ['IN Aadhaar', 'national_id', '', '2341 2341 2346'],
  ['IN Aadhaar', 'national_id', 'aadhaar', '234123412346'],
  ['IN PAN', 'tax_id', '', 'AAAPA1234A'],
  ['IN PAN', 'tax_id', 'PAN', 'AAACA1234A'],
  ['IN voter', 'national_id', 'voter id', 'ABC1234567'],
  ['SG NRIC', 'national_id', '', 'S1234567D'],
  ['SG FIN', 'national_id', '', 'F1234567N'],
  ['SG FIN', 'national_id', '', 'M1234567K'],
  ['CN resident id', 'national_id', '', '11010519491231002X'],
  ['JP My Number', 'national_id', 'マイナンバー', '123456789018'],
  ['KR RRN', 'national_id', '주민등록번호', '901201-1234569'],
  ['KR RRN', 'national_id', '', '900101-1234568'],
  ['TH id', 'national_id', '', '1-1037-02071-81-1'],
  ['BR CPF', 'tax_id', '', '529.982.247-25'],
  ['BR CPF', 'tax_id', 'cpf', '52998224725'],
  ['BR CNPJ', 'tax_id', '', '11.222.333/0001-81'],
  ['CL RUT', 'national_id', '', '12.345.678-5'],
  ['MX CURP', 'national_id', '', 'HEGG560427MVZRRL04'],
  ['TR kimlik', 'national_id', 'TC Kimlik No', '10000000146'],
  ['ZA id', 'national_id', 'ID number', '8001015009087'],
  ['IL id', 'national_id', 'teudat zehut', '123456782'],
];

describe.each(NUMBERS)('%s', (_, type, name, value) => {
  test(`is found as ${type}: ${name} ${value}`, () => {
    expect(found(`${name} ${value}`)).toEqual([`${type}:${value}`]);
    expect(found(`${name}: ${value}, thanks`)).toEqual([`${type}:${value}`]);
    expect(found(JSON.stringify({ [name]: value }))).toEqual([`${type}:${value}`]);
  });

  test('is not found as part of something longer', () => {
    expect(found(`${name} 7-${value}`)).not.toContain(`${type}:${value}`);
    expect(found(`${name} ${value}_7`)).not.toContain(`${type}:${value}`);
  });
});

const NAMED = NUMBERS.filter(([, , name]) => name !== '');

test.each(NAMED)('%s needs its name: %s, %s', (_, type, __, value) => {
  expect(typesIn(`row ${value} done`)).not.toContain(type);
  expect(typesIn(JSON.stringify({ order: value }))).not.toContain(type);
});

/** Those whose check finds any one wrong digit. */
const CHECKED = /NPI|NHS|Steuer|Kranken|NIR|DNI|NIE|BSN|NO |TFN|SIN|Aadhaar|NRIC|CN |CPF|PESEL|CNP$|ZA|IL|partita|henk/;

test.each(NUMBERS.filter(([kind]) => CHECKED.test(kind)))(
  '%s is not found with one digit changed',
  (_, type, name, value) => {
    for (const [at, sign] of Array.from(value).entries()) {
      for (let change = 1; /\d/.test(sign) && change < 10; change += 1) {
        const wrong = `${value.slice(0, at)}${String((Number(sign) + change) % 10)}${value.slice(at + 1)}`;
        expect(found(`${name} ${wrong}`)).not.toContain(`${type}:${wrong}`);
      }
    }
  },
);

test.each([
  ['an Aadhaar number in a row of a table', '17 2341 2341 2346 88'],
  ['a NINO with a prefix that is not given out', 'NINO BG123456A'],
  ['a driver number with a thirteenth month', 'MORGA613054SM9IJ'],
  ['a CURP with a state that there is not', 'HEGG560427MXXRRL04'],
  ['repeated digits', 'cpf 111.111.111-11'],
  ['a date that there is not', '113152-308T'],
  ['a year to come', '11010520991231002X'],
  ['a timestamp in milliseconds', '{"created_at":1759609365495}'],
  ['a product code', 'SKU AB123456C, part AB1234567'],
  ['a VIN', 'VIN 1HGCM82633A004352'],
  ['a container', 'container MSCU1234567'],
])('finds nothing in %s', (_, text) => {
  expect(typesIn(text)).toEqual([]);
});

test('what a number is does not depend on the number before it', () => {
  // The check digits of a company's number, without the part in which they stand.
  for (const digits of Array.from({ length: 900 }, (_, at) => `82.${String(100 + at)}.119`)) {
    found('cnpj 11.222.333/0001-81 and 11222333000181');
    expect(found(`version ${digits} of it`)).toEqual([]);
  }
});

test('finds a company of Brazil with and without signs', () => {
  expect(found('CNPJ: 11222333000181')).toEqual(['tax_id:11222333000181']);
  expect(found('CNPJ: 11222333/0001-81')).toEqual(['tax_id:11222333/0001-81']);
});
