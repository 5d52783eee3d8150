import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  ['{"dateOfBirth":"', '1980-03-12'],
  ['"birth_date": "', '1980-03-12'],
  ['{\\"dob\\": \\"', '12/03/1980'],
  ['DOB: ', '3/12/80'],
  ['D.O.B. ', '12.03.1980'],
  ['dob=', '19800312'],
  ['Date of birth: ', 'March 12, 1980'],
  ['date of birth is ', '12th of March 1980'],
  ['She was born on ', '12 March 1980'],
  ['born in New York on ', '12 March 1980'],
  ['Birthday: ', '12 Mar 1980'],
  ['Geburtsdatum: ', '12.3.1980'],
  ['geboren am ', '12. März 1980'],
  ['né le ', '12/03/1980'],
  ['née à Paris le ', '12 mars 1980'],
  ['date de naissance : ', '12 août 1980'],
  ['fecha de nacimiento: ', '12 de marzo de 1980'],
  ['data di nascita ', '12/03/1980'],
  ['data de nascimento: ', '12/03/1980'],
  ['geboortedatum ', '12-03-1980'],
  ['data urodzenia: ', '12.03.1980'],
  ['出生日期：', '1980年3月12日'],
  ['生年月日 ', '1980年3月12日'],
  ['생년월일: ', '1980.03.12'],
])('finds the date behind %s', (label, date) => {
  expect(found(`${label}${date}"`)).toEqual([`date_of_birth:${date}`]);
});

test.each([
  'released on 1980-03-12',
  'the project was born in 1990',
  'dob: 1980-13-32',
  'dob: 12/03/1780',
  'birthplace 12/03/1980',
  'stubborn 12/03/1980',
  'the birth of version 12.03.19801',
  'doberman 1980-03-12',
  'born on 12 Smarch 1980',
  'year 12/03/1980',
])('finds none in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});
