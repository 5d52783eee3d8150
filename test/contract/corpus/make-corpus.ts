import { KEY_TEMPLATES, NAMED_TEMPLATES } from './templates.js';

/** Something that must not be seen, and a text that holds it. */
export interface Secret {
  readonly type: string;
  readonly text: string;
  readonly value: string;
}

const ALPHABETS: Readonly<Record<string, string>> = {
  a: 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789',
  u: 'ABCDEFGHJKLMNPQRSTUVWXYZ234567',
  l: 'abcdefghijkmnopqrstuvwxyz23456789',
  h: '0123456789abcdef',
  d: '0123456789',
};

/** Numbers that look random and are the same in every run. */
class Dice {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state % limit;
  }

  run(kind: string, length: number): string {
    const alphabet = ALPHABETS[kind] as string;
    return Array.from({ length }, () => alphabet[this.below(alphabet.length)]).join('');
  }
}

/** Digits with the check digit of Luhn (ISO/IEC 7812-1, annex B) behind them. */
function withLuhn(digits: string): string {
  const sum = Array.from(digits)
    .reverse()
    .reduce((all, digit, at) => {
      const doubled = Number(digit) * (at % 2 === 0 ? 2 : 1);
      return all + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** A German IBAN with its check digits (ISO 13616). */
function iban(account: string): string {
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${account}`;
}

/** A routing number with its check digit, as the American Bankers Association has it. */
function aba(digits: string): string {
  const sum = Array.from(digits).reduce((all, digit, at) => all + Number(digit) * ([3, 7, 1][at % 3] as number), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** The number of a Spanish identity card with its letter. */
function dni(number: number): string {
  return `${number}${'TRWAGMYFPDXBNJZSQVHLCKE'.charAt(number % 23)}`;
}

function fill(name: string, dice: Dice): string {
  switch (name) {
    case 'uuid':
      return [8, 4, 4, 4, 12].map((length) => dice.run('h', length)).join('-');
    case 'byte':
      return String(10 + dice.below(240));
    case 'digit':
      return String(1 + dice.below(9));
    case 'ssn':
      return `${200 + dice.below(400)}-${10 + dice.below(80)}-${1000 + dice.below(8000)}`;
    case 'card':
      return withLuhn(`4539${dice.run('d', 11)}`);
    case 'iban':
      return iban(`37040044${dice.run('d', 10)}`);
    case 'aba':
      return aba(`0210${dice.run('d', 4)}`);
    case 'npi':
      return withLuhn(`808401${dice.run('d', 8)}`).slice(5);
    case 'dni':
      return dni(10_000_000 + dice.below(80_000_000));
    case 'discord':
      return `${btoa(`1${dice.run('d', 17)}`)}.G${dice.run('a', 5)}.${dice.run('a', 38)}`;
    default:
      return dice.run(name.charAt(0), Number(name.slice(1)));
  }
}

function make(type: string, template: string, dice: Dice): Secret {
  const filled = template.replace(/<(\w+)>/g, (_, name: string) => fill(name, dice));
  const value = /\{([^]*)\}/.exec(filled)?.[1] ?? filled;
  return { type, text: filled.replace(/[{}]/g, ''), value };
}

/** So many secrets and identifiers of every form in the tables, in turns. */
export function makeCorpus(count: number): readonly Secret[] {
  const dice = new Dice(20_261_121);
  const forms = [
    ...NAMED_TEMPLATES,
    ...KEY_TEMPLATES.flatMap(([type, templates]) => templates.split(' ').map((each) => [type, each] as const)),
  ];
  return Array.from({ length: count }, (_, at) => {
    const [type, template] = forms[at % forms.length] as (typeof forms)[number];
    return make(type, template, dice);
  });
}
