import { isRepeated, valueOf, weighted, type Digits } from '../../checksums.js';
import type { NumberRule, WordRule } from './number-rule.js';

const CPF_FIRST = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const CPF_SECOND = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
const CNPJ_FIRST = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
const CNPJ_SECOND = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
const CHILEAN_WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2];
const CURP_SIGNS = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';
const CURP_STATES =
  'AS|BC|BS|CC|CL|CM|CS|CH|DF|DG|GT|GR|HG|JC|MC|MN|MS|NT|NL|OC|PL|QT|QR|SP|SL|SR|TC|TS|TL|VZ|YN|ZS|NE';
const CURP_FORM = new RegExp(
  `[A-Z][AEIOUX][A-Z]{2}\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])[HMX](?:${CURP_STATES})[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\\d`,
  'y',
);

/** Numbers of Brazil and Chile of digits. */
export const latinAmericanNumbers: readonly NumberRule[] = [
  {
    // Cadastro de pessoas físicas: two check digits modulo 11 (Receita Federal do Brasil).
    type: 'tax_id',
    names: ['cpf', 'taxId'],
    written: '11|3.3.3-2|9-2',
    alone: '3.3.3-2',
    isValid: (digits) =>
      !isRepeated(digits, 11) &&
      check(weighted(digits, CPF_FIRST)) === digits[9] &&
      check(weighted(digits, CPF_SECOND)) === digits[10],
  },
  {
    // Cadastro nacional da pessoa jurídica, which sole traders have too: two check digits modulo 11 (Receita Federal do
    // Brasil).
    type: 'tax_id',
    names: ['cnpj'],
    written: '14',
    isValid: (digits) => isBrazilianCompany(digits),
  },
  {
    // The same number with its signs; the branch stands behind the bar.
    type: 'tax_id',
    names: ['cnpj'],
    written: '2.3.3|8',
    alone: '2.3.3',
    rest: /\/\d{4}-\d\d/y,
    isValid: (digits, rest) => isBrazilianCompany([...Array.from(digits).slice(0, 8), ...numbersIn(rest)]),
  },
  {
    // Rol único tributario of Chile: weights modulo 11, K for 10 (Servicio de Impuestos Internos).
    type: 'national_id',
    names: ['rut'],
    written: '2.3.3|8',
    alone: '2.3.3',
    rest: /-[0-9K]/iy,
    isValid(digits, rest) {
      const remainder = 11 - (weighted(digits, CHILEAN_WEIGHTS) % 11);
      return rest.slice(1).toUpperCase() === (remainder === 11 ? '0' : remainder === 10 ? 'K' : String(remainder));
    },
  },
];

/** Identifiers with letters of Mexico. */
export const latinAmericanWords: readonly WordRule[] = [
  {
    // Clave única de registro de población: name, date of birth, sex, state, consonants, and a check digit modulo 10
    // (Instructivo normativo para la asignación de la CURP, Secretaría de Gobernación).
    type: 'national_id',
    names: [],
    lengths: [18],
    form: CURP_FORM,
    isValid(word) {
      let sum = 0;
      for (let at = 0; at < 17; at += 1) {
        sum += CURP_SIGNS.indexOf(word.charAt(at)) * (18 - at);
      }
      return (10 - (sum % 10)) % 10 === Number(word.charAt(17));
    },
  },
  {
    // Registro federal de contribuyentes of a person: name, date of birth and three signs (Servicio de Administración
    // Tributaria).
    type: 'tax_id',
    names: ['rfc'],
    lengths: [13],
    form: /[A-Z]{4}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[0-9A-Z]{3}/y,
  },
];

function check(sum: number): number {
  const remainder = sum % 11;
  return remainder < 2 ? 0 : 11 - remainder;
}

function isBrazilianCompany(digits: Digits): boolean {
  return (
    valueOf(digits, 0, 8) > 0 &&
    check(weighted(digits, CNPJ_FIRST)) === digits[12] &&
    check(weighted(digits, CNPJ_SECOND)) === digits[13]
  );
}

function numbersIn(text: string): number[] {
  return Array.from(text.replace(/\D/g, ''), Number);
}
