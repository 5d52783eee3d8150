import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../call/json.js';

const CONTROL = /[\p{Cc}\p{Cs}]/u;
const CONTROL_BUT_LINES = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u;

/**
 * A name on one line: no control characters and no halves of surrogate pairs, which stores and terminals disagree about.
 *
 * @param most - UTF-16 units.
 */
export function name(most = 256): z.ZodString {
  return z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !CONTROL.test(text), 'must hold no control characters');
}

/** As {@link name}, and may be empty: what is unknown. */
export function maybeName(most = 256): z.ZodString {
  return z
    .string()
    .max(most)
    .refine((text) => !CONTROL.test(text), 'must hold no control characters');
}

/** A text for people: may have several lines, and no other control characters. */
export function prose(most: number): z.ZodString {
  return z
    .string()
    .max(most)
    .refine((text) => !CONTROL_BUT_LINES.test(text), 'must hold no control characters but line breaks and tabs');
}

/**
 * Any JSON object, handed on as it came: a copy would lose members that are called `__proto__`.
 *
 * How deep it may be is bounded where bodies are read.
 */
export const jsonObject = z
  .custom<JsonObject>(isJsonObject, 'must be a JSON object')
  .meta({ type: 'object', additionalProperties: true });

/** As {@link jsonObject}, of at most so many characters as JSON. */
export function boundedJson(most: number): typeof jsonObject {
  return jsonObject
    .refine((value) => JSON.stringify(value).length <= most, `must have at most ${most} characters as JSON`)
    .meta({ type: 'object', additionalProperties: true });
}

/** A moment in ISO 8601 with `Z` or an offset. */
export const instant = z.iso.datetime({ offset: true });

/** The revision of everything that decides: a whole number that grows by one with every change. */
export const revision = z.int().min(0).describe('Grows by one with every change of what decides; never goes back.');

/** A whole number in a query. */
export function queryNumber(least: number, most: number): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  return z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${least} to ${most}`)
    .refine((text) => Number(text) >= least && Number(text) <= most, `must be from ${least} to ${most}`)
    .transform(Number);
}

/** `true` or `false` in a query. */
export const queryFlag = z.enum(['true', 'false']);

/** Pages of a list: at most so many, behind the cursor that the page before gave. */
export const paging = {
  limit: queryNumber(1, 1000).describe('Most entries of one page. Default 100.').optional(),
  cursor: name(512).describe('Where the page before ended.').optional(),
};

/** The cursor of a page: null where it is the last one. */
export const nextCursor = z
  .string()
  .nullable()
  .describe('Give it back as `cursor` for the next page; null at the end.');
