import type { Subject } from '../subject.js';
import { type Truth, truthOf, UNKNOWN } from '../truth.js';
import type { Condition } from './condition.js';
import { type LocalTime, localTimeIn } from './local-time.js';

const DAY = 24 * 60;

/** A window of time, compiled: minutes of the day, ISO weekdays (1 = Monday). */
export interface Window {
  readonly after: number | undefined;
  readonly before: number | undefined;
  readonly weekdays: ReadonlySet<number> | undefined;
  /** How the policy writes it, for explanations. */
  readonly text: string;
}

/**
 * Holds from `after`, that minute included, until `before`, that minute excluded.
 *
 * A window that begins later than it ends crosses midnight and belongs to the day on which it began.
 */
export class TimeWindow implements Condition {
  readonly #window: Window;
  readonly #localTime: (now: number) => LocalTime;

  constructor(window: Window, zone: string | undefined) {
    this.#window = window;
    this.#localTime = localTimeIn(zone);
  }

  /** Evaluates it; a moment that is no moment cannot be evaluated. */
  test(subject: Subject): Truth {
    if (Number.isNaN(subject.now)) return UNKNOWN;
    const { minute, weekday } = this.#localTime(subject.now);
    const { after = 0, before = DAY } = this.#window;
    const crosses = after > before;
    if (crosses ? minute < after && minute >= before : minute < after || minute >= before) return truthOf(false);
    const start = crosses && minute < before ? ((weekday + 5) % 7) + 1 : weekday;
    return truthOf(this.#window.weekdays?.has(start) !== false);
  }

  /** Says that it is another time. */
  explain(subject: Subject): readonly string[] {
    const truth = this.test(subject);
    if (truth === UNKNOWN) return [`time: ${this.#window.text} cannot be evaluated`];
    return truth === truthOf(true) ? [] : [`time: it is not ${this.#window.text}`];
  }
}
