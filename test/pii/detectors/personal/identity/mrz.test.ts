import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

const PASSPORT = ['P<UTOSAMPLE<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
const CARD = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'SAMPLE<<ANNA<MARIA<<<<<<<<<<<<'];

test.each(['\n', '\r\n', '\\n', ' '])(
  'finds the zone of a passport and of a card, with %j between its lines',
  (line) => {
    expect(found(`scan: ${PASSPORT.join(line)} end`)).toEqual([`passport:${PASSPORT.join(line)}`]);
    expect(found(`scan: ${CARD.join(line)} end`)).toEqual([`national_id:${CARD.join(line)}`]);
  },
);

test('needs each check digit', () => {
  expect(typesIn(PASSPORT.join('\n').replace('7408122', '7408123'))).not.toContain('passport');
  expect(typesIn(CARD.join('\n').replace('D231458907', 'D231458917'))).not.toContain('national_id');
});

test.each([PASSPORT[0]!, `${PASSPORT[0]!}\nno such line`, `${CARD[0]!}\n${CARD[1]!}`, 'P<T> and ID<U>'])(
  'finds nothing in %j',
  (text) => {
    expect(typesIn(text)).toEqual([]);
  },
);
