import { expect, test } from '@jest/globals';
import { found, typesIn } from '../support.js';

test.each([
  '(415) 555-0132',
  '(415)555-0132',
  '415-555-0132',
  '415.555.0132',
  '415 555 0132',
  '1-415-555-0132',
  '+1 415 555 0132',
  '+1 (415) 555-0132',
  '+14155550132',
  '+44 20 7946 0958',
  '+442079460958',
  '+49 (0)30 901820',
  '+33 1 70 36 39 50',
  '415-555-0132 ext. 12',
  '415-555-0132x4587',
])('finds %s', (phone) => {
  expect(found(`ring ${phone}, please`)).toEqual([`phone:${phone}`]);
});

test('finds both of two that touch', () => {
  expect(found('+14155550132+14155550133')).toEqual(['phone:+14155550132', 'phone:+14155550133']);
  expect(found('tel+14155550132')).toEqual(['phone:+14155550132']);
});

test('finds bare or national digits where a label says so', () => {
  expect(found('{"phone":"4155550132"}')).toEqual(['phone:4155550132']);
  expect(found('{\\"phone_number\\": \\"0431 19 97 94\\"}')).toEqual(['phone:0431 19 97 94']);
  expect(found('Tel: 030 901820')).toEqual(['phone:030 901820']);
  expect(found('call 4155550132')).toEqual(['phone:4155550132']);
  expect(typesIn('hotel 030 901820')).toEqual([]);
});

test.each([
  'order 4155550132',
  '1759609365',
  '1759609365495',
  '2024-05-06 07:08:09',
  '2024-05-06T07:08:09+00:00',
  '115-555-0132',
  '411-555-0132',
  '415-155-0132',
  '415-911-0132',
  '415-555-01323',
  'ORD-415-555-0132',
  '590-5661706-1078400',
  '978-1-270-68875-6',
  'v18.8.4-beta.7',
  '192.168.100.200.1',
  'b8d7-415-555-0132-aa',
  'x(415) 555-0132',
  '+999 1234 5678',
  '-122.4194155, 37.7749295',
  '120 415 555 0132 900 12',
])('does not find %s', (text) => {
  expect(typesIn(text)).not.toContain('phone');
});
