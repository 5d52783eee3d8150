import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  ['routing number: ', 'bank_routing', '021000021'],
  ['ABA ', 'bank_routing', '0210-0002-1'],
  ['"routing_number": "', 'bank_routing', '011401533'],
  ['sort code ', 'bank_routing', '12-34-56'],
  ['transit number ', 'bank_routing', '12345-003'],
  ['BSB ', 'bank_routing', '062-000'],
  ['IFSC: ', 'bank_routing', 'HDFC0001234'],
  ['account number: ', 'bank_account', '12345678'],
  ['"bankAccountNumber": "', 'bank_account', '945456787654'],
  ['Kontonummer ', 'bank_account', '1234567890'],
  ['checking account ', 'bank_account', '12345678901234567'],
])('finds what stands behind %s: %s', (label, type, value) => {
  expect(found(`${label}${value}"`)).toEqual([`${type}:${value}`]);
});

test('takes a number of a card for a card, whatever it is called', () => {
  expect(found('account number 4111111111111111')).toEqual(['credit_card:4111111111111111']);
});

test.each([
  ['a wrong check digit', 'routing number 021000022'],
  ['a district that there is not', 'routing number 531000021'],
  ['a number without a name', 'row 021000021 and 12-34-56'],
  ['an AWS account', 'aws account number 123456789012'],
  ['an identifier of an account', '{"account_id":123456789012}'],
])('finds nothing in %s', (_, text) => {
  expect(typesIn(text)).toEqual([]);
});
