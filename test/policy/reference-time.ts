/** A time window of a rule. */
export interface Window {
  readonly after?: string;
  readonly before?: string;
  readonly zone?: string;
  readonly weekdays?: readonly number[];
}

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const DAY = 24 * 60;
const clocks = new Map<string, Intl.DateTimeFormat>();

/** True from `after` on, until just before `before`; a window over midnight has the weekday on which it began. */
export function windowHolds(
  { after = '00:00', before, zone = 'UTC', weekdays = EVERY_DAY }: Window,
  now: Date,
): boolean {
  const [weekday, minute] = localTime(now, zone);
  const [from, until] = [minutes(after), before === undefined ? DAY : minutes(before)];
  const today = weekdays.includes(weekday);
  const yesterday = weekdays.includes(weekday === 1 ? 7 : weekday - 1);
  if (from <= until) return today && minute >= from && minute < until;
  return (today && minute >= from) || (yesterday && minute < until);
}

function minutes(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}

/** Weekday (1 = Monday) and minute of the day on a wall clock of that zone. */
function localTime(now: Date, zone: string): [number, number] {
  const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone } as const;
  // Making one costs more than a whole property run can bear.
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-GB', parts);
  clocks.set(zone, clock);
  const [, day = '', time = ''] = /^(\w+),? (\d\d:\d\d)$/.exec(clock.format(now)) ?? [];
  return [['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(day) + 1, minutes(time)];
}
