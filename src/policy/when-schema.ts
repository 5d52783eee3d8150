import { z } from 'zod';
import { OPERATORS } from './operators/all-operators.js';
import { clockTime, mapping, text, weekdays } from './schema-parts.js';

/** The keys of `time`. */
export const timeSchema = mapping({
  after: clockTime.describe('From this time on; that minute is inside.'),
  before: clockTime.describe(
    'Until this time; that minute is outside. Earlier than `after`: the window crosses midnight.',
  ),
  zone: text(64).describe('The time zone by its IANA name, such as Europe/Berlin. Default: UTC.'),
  weekdays: weekdays.describe('Days from 1 (Monday) to 7 (Sunday); a window across midnight belongs to its first day.'),
});

/** The operators behind a path. */
export const operatorsSchema = mapping(
  Object.fromEntries(OPERATORS.map(({ name, schema, meaning }) => [name, schema.describe(meaning)])),
);

const nested: z.ZodType = z.lazy((): z.ZodType => whenSchema);

/** `when`: what has to hold of a call. */
export const whenSchema = z
  .object({
    all: z.array(nested).min(1).describe('Every one of these has to hold.').optional(),
    any: z.array(nested).min(1).describe('One of these has to hold.').optional(),
    not: nested.describe('This must not hold.').optional(),
    time: timeSchema.describe('The time at which the call is made.').optional(),
  })
  .catchall(operatorsSchema);

const byArgument = z.record(z.string(), z.unknown());

/** One key of `conditions` that is about arguments: the operator it stands for. */
export const PARAM_CONDITIONS = {
  param_eq: 'eq',
  param_gt: 'gt',
  param_lt: 'lt',
  param_gte: 'gte',
  param_lte: 'lte',
  param_contains: 'contains',
  param_matches: 'regex',
} as const;

/** `conditions`: the reference's words. */
export const conditionsSchema = mapping({
  param_eq: byArgument.describe('Arguments that have to be equal to these values: operator eq.'),
  param_gt: byArgument.describe('Arguments that have to be greater: operator gt.'),
  param_lt: byArgument.describe('Arguments that have to be less: operator lt.'),
  param_gte: byArgument.describe('Arguments that have to be greater or equal: operator gte.'),
  param_lte: byArgument.describe('Arguments that have to be less or equal: operator lte.'),
  param_contains: byArgument.describe('Arguments that have to hold this text or element: operator contains.'),
  param_matches: byArgument.describe('Arguments in which these patterns have to be found: operator regex.'),
  time_after: clockTime.describe('From this time on, in UTC.'),
  time_before: clockTime.describe('Until this time, in UTC; that minute is outside.'),
  weekdays: weekdays.describe('Days from 1 (Monday) to 7 (Sunday), in UTC.'),
});
