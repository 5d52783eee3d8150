import { resolve } from 'node:path';
import type { PinOptions } from '../../config/options.js';
import { UsageError } from '../command.js';
import { oneOf } from './one-of.js';

/**
 * What the command line says of pins; undefined where it says nothing.
 *
 * @throws UsageError for what cannot be understood.
 */
export function readPins(flags: {
  readonly pins?: string;
  readonly 'on-pin-change'?: string;
}): PinOptions | false | undefined {
  const { pins } = flags;
  const onChange = oneOf('on-pin-change', flags['on-pin-change'], ['warn', 'review', 'block']);
  if (pins === '') throw new UsageError('--pins takes a file, or off.');
  if (pins === 'off') {
    if (onChange !== undefined) throw new UsageError('--on-pin-change says nothing with --pins off: leave one out.');
    return false;
  }
  if (pins === undefined && onChange === undefined) return undefined;
  return { ...(pins !== undefined && { file: resolve(pins) }), ...(onChange !== undefined && { onChange }) };
}
