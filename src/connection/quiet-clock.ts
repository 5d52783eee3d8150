import { type Clock, systemClock } from '../call/clock.js';

/** The machine's own time, whose timers keep no process alive: nobody waits for what is done in the background. */
export const quietClock: Clock = {
  ...systemClock,
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
