import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  ["driver's license: ", 'D1234567'],
  ["my driver's license number is ", '341308170'],
  ['"driver_license": "', 'A123-456-78-901-0'],
  ['driversLicenseNumber=', 'S1234567890123'],
  ['DL number ', '12345678'],
  ['Führerschein-Nr. ', 'B072RRE2I55'],
  ['permis de conduire n° ', '123456789012'],
  ['patente di guida: ', 'AA0123456B'],
  ['driving licence ', 'MH12 20110012345'],
])('finds the licence behind %s', (label, value) => {
  expect(found(`${label}${value}"`)).toEqual([`driving_licence:${value}`]);
});

test.each([
  'license: MIT',
  'license key A1234567',
  '{"driver_license_verified_at":1700000000}',
  'licence plate AB51 ABC',
  "driver's license issued to row B1234567 of table",
])('finds none in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});
