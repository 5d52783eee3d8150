import { z } from 'zod';

/** A mapping with known keys, all of which may be left out; which ones have to be there is said where it is read. */
export function mapping<T extends Record<string, z.ZodType>>(
  shape: T,
): z.ZodObject<{ [K in keyof T]: z.ZodOptional<T[K]> }, z.core.$strict> {
  return z.strictObject(shape).partial();
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(words as never, { error: `must be one of ${words.join(', ')}` }) as never;
}

/** A text of at most so many characters. */
export function text(most: number): z.ZodString {
  return z
    .string({ error: 'must be a text' })
    .min(1, { error: 'must not be empty' })
    .max(most, { error: `must have at most ${most} characters` });
}

/** A list. */
export function listOf<T extends z.ZodType>(item: T): z.ZodArray<T> {
  return z.array(item, { error: 'must be a list' });
}

/** A whole number of at least so much. */
export function whole(least: number): z.ZodInt {
  const error = `must be a whole number from ${least}`;
  return z.int({ error }).min(least, { error }).max(Number.MAX_SAFE_INTEGER, { error });
}

/** A number above 0 and up to so much. */
export function positive(most: number): z.ZodNumber {
  const error = `must be a number above 0 and at most ${most}`;
  return z.number({ error }).gt(0, { error }).max(most, { error });
}

/** True or false, not a word for it. */
export const yesNo = z.boolean({ error: 'must be true or false' });

const glob = text(256);

/** A glob, or several. */
export const patterns = z.union([glob, z.array(glob).min(1, { error: 'must not be an empty list' })], {
  error: 'must be a glob or a list of globs, as texts of at most 256 characters',
});

/** The name of a rule; those that decisions give to what has no name are taken. */
export const nameText = text(256).regex(/^(?!<|rules\[\d+\]$)/, {
  error: "must not begin with '<' or look like 'rules[0]': those name what has no name",
});

/** ISO 8601 with an offset: a day and a time that mean the same moment everywhere. */
export const instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'must be a moment such as 2027-01-31T18:00:00Z (with Z or an offset), or a day such as 2027-01-31 (UTC)',
});

/** A time of the day. */
export const clockTime = z.string({ error: "must be a time such as '08:00'" }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
  error: "must be a time from '00:00' to '23:59', with two digits each",
});

const DAY = { error: 'must be a day from 1 (Monday) to 7 (Sunday)' };

/** Days of the week by ISO number. */
export const weekdays = z
  .array(z.int(DAY).min(1, DAY).max(7, DAY), { error: 'must be a list of days from 1 (Monday) to 7 (Sunday)' })
  .min(1, { error: 'must not be an empty list' });
