/** The time of day and the day of the week, somewhere. */
export interface LocalTime {
  /** Minutes since midnight. */
  readonly minute: number;
  /** 1 for Monday to 7 for Sunday (ISO 8601). */
  readonly weekday: number;
}

const MINUTE = 60_000;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Makes the clock of a time zone (IANA); the formatter is made once, and asked once a minute. */
export function localTimeIn(zone: string | undefined): (now: number) => LocalTime {
  if (zone === undefined || zone === 'UTC') return inUtc;
  const formatter = formatterFor(zone);
  let last: LocalTime | undefined;
  let lastMinute = NaN;
  return (now) => {
    const minute = Math.floor(now / MINUTE);
    if (last === undefined || minute !== lastMinute) {
      last = read(formatter, now);
      lastMinute = minute;
    }
    return last;
  };
}

/** True for a time zone that this machine knows by name. */
export function isZone(zone: string): boolean {
  // Newer engines read offsets such as +01:00, too; those know no summer time and mean nothing on older ones.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    formatterFor(zone);
    return true;
  } catch {
    return false;
  }
}

function inUtc(now: number): LocalTime {
  const minutes = Math.floor(now / MINUTE);
  const days = Math.floor(minutes / 1440);
  // 1970 began on a Thursday.
  return { minute: minutes - days * 1440, weekday: ((((days + 3) % 7) + 7) % 7) + 1 };
}

function formatterFor(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'short',
  });
}

function read(formatter: Intl.DateTimeFormat, now: number): LocalTime {
  const parts = formatter.formatToParts(now);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return {
    minute: Number(part('hour')) * 60 + Number(part('minute')),
    weekday: WEEKDAYS.indexOf(part('weekday')) + 1,
  };
}
