import type { Action } from '../../call/action.js';
import type { Style } from '../terminal.js';

/** How actions look. */
export const ACTION_STYLES: Readonly<Record<Action, Style>> = {
  allow: 'green',
  warn: 'cyan',
  throttle: 'cyan',
  review: 'yellow',
  block: 'red',
};
