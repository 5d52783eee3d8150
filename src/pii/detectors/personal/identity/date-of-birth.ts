import { ALPHANUMERIC, CLASSES, isWordStart } from '../../../characters.js';
import type { Detector, Report } from '../../../detector.js';
import { isDay } from '../checksums.js';

const TYPE = 'date_of_birth';
const FIRST_YEAR = 1900;
const LAST_YEAR = 2030;
/** Names of months and places may begin with letters of Europe, which lie between these. */
const FIRST_FOREIGN = 0xc0;
const FIRST_IDEOGRAPH = 0x2e80;

/** How the labels begin, in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish. */
const BEGINNINGS = [
  ...['dob', 'DOB', 'Dob', 'D.O.B', 'd.o.b', 'DoB', 'd_o_b'],
  ...[
    'date of b',
    'Date of b',
    'Date of B',
    'DATE OF B',
    'date_of_b',
    'DATE_OF_B',
    'date-of-b',
    'dateOfB',
    'dateofb',
    'DateOfB',
  ],
  ...['birth', 'Birth', 'BIRTH', 'born', 'Born', 'BORN', 'bday', 'b-day'],
  ...['geburts', 'Geburts', 'GEBURTS', 'geboren', 'Geboren', 'GEBOREN', 'geboorte', 'Geboorte', 'geb. ', 'Geb. '],
  ...['date de nais', 'Date de nais', 'DATE DE NAIS', 'date_nais', 'date_de_nais', 'dateNais', 'dateDeNais'],
  ...[
    'fecha de nac',
    'Fecha de nac',
    'Fecha de Nac',
    'FECHA DE NAC',
    'fecha_nac',
    'fecha_de_nac',
    'fechaNac',
    'fechaDeNac',
  ],
  ...['nacido el', 'nacida el', 'Nacido el', 'Nacida el', 'nasc', 'Nasc'],
  ...['data di nasc', 'Data di nasc', 'DATA DI NASC', 'data_nasc', 'data_di_nasc', 'dataNasc', 'dataDiNasc'],
  ...['data de nasc', 'Data de nasc', 'DATA DE NASC', 'data_de_nasc', 'dataDeNasc'],
  ...['nato il', 'nata il', 'Nato il', 'Nata il', 'data urodz', 'Data urodz', 'data_urodz', 'urodzon', 'Urodzon'],
];
const LABEL =
  /(?:d[._]?o[._]?b\b\.?|b-?day|(?:date|DATE)[ _-]?of[ _-]?birth|birth(?:[ _-]?(?:date|day|dt|d\b))?|born|geburts(?:datum|tag)|geboren|geboorte(?:datum|dag)|geb\.|date[ _]?(?:de[ _]?)?naissance|fecha[ _]?(?:de[ _]?)?nac(?:imiento|\.)?|nacid[oa] el|nasc(?:imento|ita|id[oa] (?:em|a))?\.?|data[ _]?(?:d[ie][ _]?)?nasc(?:ita|imento)|nat[oa] il|data[ _]?urodzenia|urodzon[ya])(?![a-z\d])/iy;
/** What stands between a label and its date: signs, and words such as "on" and "is". */
const GAP = /(?:[\s"'`\\:=>(|,*_\-–]|(?:on|is|was|the|le|am|il|el|em|dia|op|dnia)\b){0,16}/iy;
const PLACE =
  /(?:in|at|en|à|a) [\p{Lu}][\p{L}.'-]{1,24}(?: [\p{Lu}][\p{L}.'-]{1,24})?,? (?:on |the |le |am |il |el )?/uy;

const YEAR_FIRST = /((?:19|20)\d\d)([-/.]?)(\d\d?)\2(\d\d?)(?!\d)/y;
const YEAR_LAST = /(\d\d?)([-/. ])(\d\d?)\2((?:19|20)?\d\d)(?!\d)/y;
const DAY_MONTH =
  /(\d\d?)(?:st|nd|rd|th|er|º|\.)?[ -](?:of |de |d')?(\p{L}{3,10})\.?,?[ -](?:de |del )?((?:19|20)\d\d)(?!\d)/iuy;
const MONTH_DAY = /(\p{L}{3,10})\.? (\d\d?)(?:st|nd|rd|th)?,? ((?:19|20)\d\d)(?!\d)/iuy;
const IDEOGRAPHS = /((?:19|20)\d\d) ?[年년] ?(\d\d?) ?[月월] ?(\d\d?) ?[日일号]?/y;
/** The first three letters of the months in the languages of the labels. */
const MONTHS = new Set(
  (
    'jan feb mar apr may jun jul aug sep oct nov dec mär mae mai okt dez fév fev avr jui aoû aou déc ene abr ago dic gen ' +
    'mag giu lug set ott out mei mrt maa sty lut kwi maj cze lip sie wrz paź lis gru'
  ).split(' '),
);

/** Finds dates of birth: a date in one of the usual forms directly behind words that say so. */
export const dateOfBirthDetector: Detector = {
  types: [TYPE],
  category: 'pii',
  anchor: { at: 'prefix', prefixes: BEGINNINGS },
  detect(text, at, report) {
    const label = endOf(LABEL, text, at);
    return label === 0 ? at : dateBehind(text, at, label, report);
  },
};

/** Finds dates behind `né le` and `née le`, whose second letter no prefix can have. */
export const frenchBirthDetector: Detector = {
  types: [TYPE],
  category: 'pii',
  anchor: { at: 'character', characters: 'é' },
  detect(text, at, report) {
    const start = at - 1;
    const known = /^[Nn]ée? (?:le |à |en )/.test(text.slice(start, at + 6)) && isWordStart(text, start);
    return known ? dateBehind(text, at, text.startsWith('e', at + 1) ? at + 2 : at + 1, report) : at;
  },
};

/** Finds dates behind the words of Chinese, Japanese and Korean. */
export const eastAsianBirthDetector: Detector = {
  types: [TYPE],
  category: 'pii',
  anchor: { at: 'character', characters: '出生생' },
  detect(text, at, report) {
    const label = endOf(/(?:出生(?:日期|年月日|年月|于)?|生年月日|生日|생년월일|생일)[：:は은]?/y, text, at);
    return label === 0 ? at : dateBehind(text, at, label, report);
  },
};

function dateBehind(text: string, at: number, label: number, report: Report): number {
  const gap = endOf(GAP, text, label) || label;
  const code = text.charCodeAt(gap);
  if (((CLASSES[code] as number) & ALPHANUMERIC) === 0 && (code < FIRST_FOREIGN || code >= FIRST_IDEOGRAPH)) {
    return at;
  }
  const start = endOf(PLACE, text, gap) || gap;
  const end = endOfDate(text, start);
  return end > 0 && report(TYPE, start, end, 0.9) ? end : at;
}

function endOfDate(text: string, at: number): number {
  let parts = partsOf(YEAR_FIRST, text, at);
  if (parts !== undefined) {
    return isDate(parts[1], parts[3], parts[4]) ? YEAR_FIRST.lastIndex : 0;
  }
  parts = partsOf(YEAR_LAST, text, at);
  if (parts !== undefined) {
    const known = isDate(parts[4], parts[3], parts[1]) || isDate(parts[4], parts[1], parts[3]);
    return known ? YEAR_LAST.lastIndex : 0;
  }
  parts = partsOf(DAY_MONTH, text, at);
  if (parts !== undefined) {
    return isMonth(parts[2]) ? DAY_MONTH.lastIndex : 0;
  }
  parts = partsOf(MONTH_DAY, text, at);
  if (parts !== undefined) {
    return isMonth(parts[1]) ? MONTH_DAY.lastIndex : 0;
  }
  parts = partsOf(IDEOGRAPHS, text, at);
  return parts !== undefined && isDate(parts[1], parts[2], parts[3]) ? IDEOGRAPHS.lastIndex : 0;
}

function isDate(year = '', month = '', day = ''): boolean {
  const full = year.length === 2 ? FIRST_YEAR + Number(year) : Number(year);
  return full >= FIRST_YEAR && full <= LAST_YEAR && isDay(Number(month), Number(day));
}

function isMonth(word = ''): boolean {
  return MONTHS.has(word.slice(0, 3).toLowerCase());
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}

function partsOf(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
