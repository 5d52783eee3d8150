import type { JsonObject } from '../../call/json.js';
import { nearest } from '../../errors/config-error.js';
import { type Place, placeAt } from '../loading/place.js';
import type { Problems } from '../loading/problems.js';
import type { Condition } from './condition.js';
import { isZone } from './local-time.js';
import { TimeWindow } from './time-window.js';

/** The keys under which a window is written: those of `time`, or those of `conditions`. */
export interface TimeKeys {
  readonly after: string;
  readonly before: string;
}

const WHEN_KEYS: TimeKeys = { after: 'after', before: 'before' };

/** Compiles a window of time whose fields were read; a field that was refused is undefined. */
export function compileTime(
  time: JsonObject,
  place: Place,
  problems: Problems,
  keys: TimeKeys = WHEN_KEYS,
): Condition | undefined {
  const [after, before] = [time[keys.after], time[keys.before]] as (string | undefined)[];
  const { zone, weekdays } = time as { zone?: string; weekdays?: readonly number[] };
  if ([keys.after, keys.before, 'weekdays'].every((key) => !(key in time))) {
    problems.add(place, `must say ${keys.after}, ${keys.before} or weekdays`);
    return undefined;
  }
  if (after !== undefined && after === before) {
    const instead = `Leave both out for the whole day, or write a later time to end at`;
    problems.add(placeAt(place, keys.before), `must differ from '${keys.after}': no minute lies between. ${instead}`);
  }
  if (zone !== undefined && !isZone(zone)) {
    const near = nearest(zone, Intl.supportedValuesOf('timeZone'));
    problems.add(
      placeAt(place, 'zone'),
      `'${zone}' is no time zone that is known by name (IANA), such as Europe/Berlin.${near === '' ? '' : ` Did you mean '${near}'?`}`,
    );
    return undefined;
  }
  const days = weekdays === undefined ? undefined : new Set(weekdays);
  const text = textOf(after, before, zone, weekdays);
  return new TimeWindow({ after: minuteOf(after), before: minuteOf(before), weekdays: days, text }, zone);
}

function minuteOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function textOf(after?: string, before?: string, zone = 'UTC', weekdays?: readonly number[]): string {
  const parts = [
    after === undefined ? '' : `after ${after}`,
    before === undefined ? '' : `before ${before}`,
    weekdays === undefined ? '' : `on weekdays ${weekdays.join(', ')}`,
    `in ${zone}`,
  ];
  return parts.filter(Boolean).join(' ');
}
