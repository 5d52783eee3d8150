import { describe, expect, test } from '@jest/globals';
import { Policy } from '../../../src/policy/policy.js';

/** True where a rule with this window matches at this moment. */
function holds(time: object, now: string): boolean {
  const policy = Policy.from({ defaults: { action: 'allow' }, rules: [{ when: { time }, action: 'warn' }] });
  return policy.evaluate({ tool: 'x', now: new Date(now) }).action === 'warn';
}

const office = { after: '08:00', before: '18:00', weekdays: [1, 2, 3, 4, 5] };
const night = { after: '22:00', before: '06:00', weekdays: [5] };

describe('time', () => {
  // 2026-01-05 is a Monday.
  test.each([
    [office, '2026-01-05T08:00:00Z', true],
    [office, '2026-01-05T07:59:59Z', false],
    [office, '2026-01-05T17:59:59Z', true],
    [office, '2026-01-05T18:00:00Z', false],
    [office, '2026-01-10T12:00:00Z', false],
    [night, '2026-01-09T22:00:00Z', true],
    [night, '2026-01-10T05:59:00Z', true],
    [night, '2026-01-10T06:00:00Z', false],
    [night, '2026-01-09T03:00:00Z', false],
    [night, '2026-01-10T23:00:00Z', false],
    [{ after: '22:00', before: '06:00', weekdays: [7] }, '2026-01-05T01:00:00Z', true],
    [{ after: '12:00' }, '2026-01-05T23:59:59Z', true],
    [{ after: '12:00' }, '2026-01-05T11:59:59Z', false],
    [{ before: '12:00' }, '2026-01-05T00:00:00Z', true],
    [{ weekdays: [7] }, '2026-01-04T12:00:00Z', true],
    [{ weekdays: [4] }, '1970-01-01T00:00:00Z', true],
    [{ weekdays: [3] }, '1969-12-31T23:59:00Z', true],
  ])('%j at %s: %s', (time, now, expected) => expect(holds(time, now)).toBe(expected));

  const berlin = { after: '08:00', before: '18:00', zone: 'Europe/Berlin' };
  // Summer time there lasts from 2026-03-29 to 2026-10-25.
  test.each([
    [berlin, '2026-03-28T07:00:00Z', true],
    [berlin, '2026-03-28T06:59:00Z', false],
    [berlin, '2026-03-29T06:00:00Z', true],
    [berlin, '2026-03-29T16:00:00Z', false],
    [berlin, '2026-10-25T06:30:00Z', false],
    [berlin, '2026-10-25T07:00:00Z', true],
    [{ weekdays: [1], zone: 'Asia/Kathmandu' }, '2026-01-04T18:15:00Z', true],
    [{ weekdays: [1], zone: 'Asia/Kathmandu' }, '2026-01-04T18:14:00Z', false],
    [{ after: '00:00', before: '00:30', zone: 'Asia/Kathmandu' }, '2026-01-04T18:20:00Z', true],
    [{ before: '01:00', zone: 'America/New_York' }, '2026-01-05T05:00:00Z', true],
    // 02:30 does not exist there on that day: the clock goes from 02:00 to 03:00.
    [{ after: '02:00', before: '03:00', zone: 'Europe/Berlin' }, '2026-03-29T01:00:00Z', false],
    // 02:30 comes twice on that day.
    [{ after: '02:00', before: '03:00', zone: 'Europe/Berlin' }, '2026-10-25T00:30:00Z', true],
    [{ after: '02:00', before: '03:00', zone: 'Europe/Berlin' }, '2026-10-25T01:30:00Z', true],
  ])('%j at %s: %s', (time, now, expected) => expect(holds(time, now)).toBe(expected));

  test('a moment that is none cannot be evaluated', () => {
    const rule = (action: string) =>
      Policy.from({ defaults: { action: 'warn' }, rules: [{ when: { time: office }, action }] });
    const now = new Date(NaN);
    expect(rule('block').evaluate({ tool: 'x', now }).action).toBe('block');
    expect(rule('allow').evaluate({ tool: 'x', now }).action).toBe('warn');
  });

  test("the reference's words are one window in UTC", () => {
    const policy = Policy.from({
      defaults: { action: 'allow' },
      rules: [{ conditions: { time_after: '22:00', time_before: '06:00', weekdays: [5] }, action: 'block' }],
    });
    const at = (now: string) => policy.evaluate({ tool: 'x', now: new Date(now) }).action;
    expect(at('2026-01-10T05:59:00Z')).toBe('block');
    expect(at('2026-01-10T12:00:00Z')).toBe('allow');
  });
});
