import { classAt, DIGIT, lastLetters } from '../../../characters.js';
import { isBefore, isNear } from '../../../surroundings.js';

/** Between a label and its number: what JSON, YAML, a form or a sentence puts there. */
const BETWEEN: ReadonlySet<number> = new Set(Array.from(' \n"\'`\\:=.#(?', (sign) => sign.charCodeAt(0)));

/** Names of a telephone number in the languages with the most text, as the end of what stands before the number. */
const LABEL = new RegExp(
  '(?:phone|mobile|mobil|cell|fax|whatsapp|msisdn|telefon|telefono|teléfono|téléphone|telefone|telefoon|telemóvel|' +
    'móvil|movil|celular|cellulare|handy|rufnummer|puhelin|hotline|helpline|landline|numaram|телефон|電話|电话|手机|携帯|전화|' +
    '(?:^|[^a-z])(?:tel|tél|tlf|gsm|cep|тел)|contact[ _-]?n(?:umber|o|r))' +
    '(?:[ _-]?(?:numbers?|no|nr|num|numarası|番号|号码|번호))?(?: (?:is|was|es|est|ist|è|é|är|er|lautet))?' +
    '[.#?]?["\'`\\\\]{0,4} ?[:=：]?[ \\n]?["\'`\\\\]{0,4}\\(?$',
  'i',
);
/** A sentence that leaves nothing else for the number to be: `call me at`, `my new number is`. */
const PHRASE = new RegExp(
  '(?:(?<!tool |function |api |rpc |method |system |a |the |this |per |each |every )(?<![a-z])(?:call|ring|dial|text|phone|reach|contact)(?:ing|ed)?(?: (?:me|us|him|her|them|back|now))?(?: (?:at|on|via))?|' +
    '(?:^|[^a-z])(?:my|your|his|her|our|their)(?: (?:new|old|current|home|work|office|other|contact|cell|mobile))? number(?: is| was)?|' +
    'answering (?:at|on)|llám[ae](?:me|nos)? al|ligue para|chiam[ai](?:mi|ci)? al|appele[zr](?:-moi)? (?:au|le)|bel me op)' +
    '[ :]{1,2}\\(?$',
  'i',
);
/**
 * How the labels and phrases end, so that the patterns are only tried where one may stand; the last three characters,
 * with a space where a word has two.
 */
const LABEL_ENDINGS: ReadonlySet<number> = new Set(
  (
    'one,ile,ell,fax,app,sdn,tel,tél,ber,ers,_no,-no, no,_nr,-nr, nr,bil,fon,ono,oon,vil,vel,lar,are,ndy,mer,hin,ine,ram,' +
    'тел,фон,tlf,gsm,cep,num,ısı,ial,ext,all,ach,act,ing,led, at, on, is,was, me, us,him,her,hem,ack,via,now, al, op, au,' +
    ' le, es,est,ist, è, é, är, er,tet,ara,電話,番号,电话,手机,号码,携帯,전화,번호'
  )
    .split(',')
    .map((ending) => lastLetters(ending.padStart(3), 3)),
);

/** Words near a number which make a telephone number likely. */
const MENTION = new RegExp(
  'phone|mobile|whatsapp|msisdn|voicemail|landline|hotline|helpline|switchboard|toll[ -]?free|answer(?:ed|ing)|get(?:ting)? through|[\\w.]@[a-z]|www\\.|caller|dialled|missed call|customer (?:service|support|care)|verification|(?<![a-z])otp(?![a-z])|' +
    '(?:^|[^a-z])(?:cell|fax|tel|tlf|gsm|cep|sms|dial|dialing|handy|office|desk|reach|reached|contact|registered|pager|ring|rang|ext)(?![a-z])|' +
    '(?<!tool |function |api |rpc |method |system )(?<![a-z])call(?:ing|ed|er|back)?(?![a-z_(]| ?(?:id|stack|sid|count))|' +
    'text(?:ed|ing)? (?:me|us|him|her|them|back)|messages? (?:on|to|from|at|via)|' +
    '(?:my|your|his|her|our|their|new|old|us|uk|main|direct|\\w(?:li|an|sh|se)) numbers?(?![a-z])|' +
    '(?:office|support|direct|main) line|(?:mijn|meine|min|mitt) nummer|(?:mi|mon|il mio|meu) n[uú]m[eé]ro|ruf(?:e|en)? |' +
    'telef|tél[ée]ph|rufnummer|anruf|mobil|celular|móvil|movil|llam|llám|ligue|chiam|cellulare|appele|bellen|puhelin|numaram|' +
    'тел|звон|電話|电话|手机|携帯|전화|טלפון|הатф|هاتف|جوال|फोन|फ़ोन',
  'i',
);
/** What an address book writes behind a number: `416 60 039 office`, `06-10446904-Fax`. */
const LABEL_BEHIND =
  /(?: ?- ?| | ?\()(?:office|fax|mobile|home|work|cell|desk|phone|tel|main|direct|landline|whatsapp|mobil)(?![a-z])/iy;
/** A word that leads to a number which is no amount: `not answering at`, `home:`. */
const LEAD = /(?:^|[^a-z])(?:(?:at|on|via|dial|try|tried)[ \n]|(?:home|work|office|desk|main|direct)(?: |: ?))\(?$/i;
/** A word that leads to a contact or to an amount: what stands behind has to decide. */
const WEAK_LEAD = /(?:^|[^a-z])(?:to|from|is|has|have|under|change|delete|remove|add|verify|update|use)[ \n]\(?$/i;
/** The end of a sentence, or how it goes on behind a contact. */
const SENTENCE_BEHIND =
  /^\)?(?:$|[.,;?!](?:\s|$)|\n| (?:is|to|on|from|for|and|but|or|instead|please|now|right)(?![a-z]))/i;

/** What a number is where one of these names stands before it, whatever it looks like. */
const OTHER = new RegExp(
  '(?:order|invoice|receipt|reference|transaction|ticket|claim|policy|account|serial|product|tracking|shipment|parcel|' +
    'booking|reservation|confirmation|version|release|revision|commit|passport|licen[cs]e|permit|registration|patent|docket|' +
    'routing|customer|employee|member|student|patient|coordinates|latitude|longitude|timestamp|population|section|chapter|' +
    'bestellung|rechnung|kunden|auftrag|konto|commande|facture|pedido|factura|fattura|ordine|zamówienie|sipariş|fatura|' +
    'isbn|issn|sku|uuid|guid|hash|bytes|total|amount|price|pages?|batch|model|imei|barcode|container|buffer|octets|' +
    '(?:^|[^a-z])(?:ref|txn|case|acct|upc|ean|gtin|doi|part|item|lot|awb|pnr|ver|build|id|ids|key|code|vin|plate|bill|iban|' +
    'swift|tax|vat|siret|siren|npi|nhs|tin|sin|ssn|itin|tfn|abn|acn|lat|lon|lng|date|time|sum|cost|size|port|pid|row|' +
    'p|pp|figure|table|rule|article|s/n|p/n|po|rma|zip|plz|sort|range|score|rows|years?|between|(?<!office |phone |help|main |direct |land|support |home )lines?))' +
    '(?:[ _-]?(?:numbers?|no|num|nr|nummer|id|code|ref|key|time|date))?[.#]?["\'\\\\]{0,3}' +
    '(?: (?:is|was|are|of|for|sku|part))?[ :=#("\'\\\\]{0,5}$',
  'i',
);
/** Units and signs behind an amount. */
const AMOUNT_BEHIND =
  /[ \u00a0]?(?:%|€|\$|£|¥|°|[-+*/=<>|] ?\d|(?:bytes?|[kmgt]i?b|bits?|ms|ns|µs|secs?|seconds?|minutes?|hours?|days?|years?|km|cm|mm|kg|eur|usd|gbp|chf|sek|nok|dkk|pln|czk|huf|rub|jpy|inr|dollars?|euros?|people|inhabitants|rows?|items?|records?|users?|units?|pieces|shares|tokens?|points?|votes?|times|pages?)(?![a-z]))/iy;
/** A currency, a number sign, and signs of arithmetic and of code, which announce no telephone number. */
const NO_PHONE_SIGNS = '#$€£¥₹№=+*<>|&%^~@_';

/** True if a label or a phrase directly before a number says that it is a telephone number. */
export function isLabelledPhone(text: string, start: number): boolean {
  let end = start;
  while (start - end < 12 && end > 0 && BETWEEN.has(text.charCodeAt(end - 1))) {
    end -= 1;
  }
  if (!LABEL_ENDINGS.has(lastLetters(text, end))) {
    return false;
  }
  return isBefore(text, start, LABEL) || (isBefore(text, start, PHRASE) && !isOtherNumber(text, start));
}

/** True if what stands directly behind a number names it: `-Office`. */
export function isLabelledBehind(text: string, end: number): boolean {
  LABEL_BEHIND.lastIndex = end;
  return LABEL_BEHIND.test(text);
}

/** True if words around a number make a telephone number likely. */
export function isMentionedPhone(text: string, start: number, end: number): boolean {
  return isNear(text, start, end, MENTION);
}

/** True if a sentence leads to a number as to a contact, and no name or street goes on behind it: `at 785 8949`. */
export function isLedTo(text: string, start: number, end: number): boolean {
  return isBefore(text, start, LEAD)
    ? !/^ ?[\p{Lu}\d]/u.test(text.slice(end, end + 2))
    : SENTENCE_BEHIND.test(text.slice(end, end + 10)) && isBefore(text, start, WEAK_LEAD);
}

/** True for a number that has a line of an address or a signature for itself. */
export function isOwnLine(text: string, start: number, end: number): boolean {
  return (
    text.charAt(start - 1) === '\n' &&
    /^$|\n/.test(text.charAt(end)) &&
    /[A-Za-z,.]\r?$/.test(text.slice(Math.max(0, start - 3), start - 1))
  );
}

/** True if what stands beside a number says that it is something else: an order, a version, a price, a size. */
export function isOtherNumber(text: string, start: number, end = start): boolean {
  AMOUNT_BEHIND.lastIndex = end;
  return isBefore(text, start, OTHER) || (end > start && AMOUNT_BEHIND.test(text));
}

/** True if a number stands in a sentence or on a line of its own, and not in JSON, code, a table or a calculation. */
export function isInProse(text: string, start: number): boolean {
  const before = text.charAt(start - 1);
  if (before === '') {
    return true;
  }
  if (before === ' ') {
    const further = text.charAt(start - 2);
    const isValue = further === ':' && start > 2 && '"\'`'.includes(text.charAt(start - 3));
    return (
      !isValue && (further === '' || !NO_PHONE_SIGNS.includes(further)) && (classAt(text, start - 2) & DIGIT) === 0
    );
  }
  return '\n\r\t(,;'.includes(before) || (text.charAt(start - 2) === '\\' && 'nrt'.includes(before));
}
