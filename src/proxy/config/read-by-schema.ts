import { z } from 'zod';
import { type JsonObject, setMember } from '../../call/json.js';
import { isPlain } from '../../policy/loading/copy-json.js';
import { type Place, placeAt } from '../../policy/loading/place.js';
import type { Problems } from '../../policy/loading/problems.js';
import { checkValue, type FieldReaders, readFields } from '../../policy/loading/read-fields.js';

/** Reads a value by its schema, down to the last key, and reports everything that is wrong where it stands. */
export function readBySchema(value: unknown, schema: z.ZodType, place: Place | undefined, problems: Problems): unknown {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
  const before = problems.count;
  const read = readInside(value, inner, place, problems);
  if (problems.count > before) return undefined;
  // What concerns a value as a whole: that a limit limits something.
  const checked = inner.safeParse(read);
  if (checked.success) return read;
  checkValue(value, checked.error, place ?? placeAt(undefined, ''), problems);
  return undefined;
}

function readInside(value: unknown, schema: z.ZodType, place: Place | undefined, problems: Problems): unknown {
  if (schema instanceof z.ZodUnion && isPlain(value)) {
    const mapped = (schema.options as readonly z.ZodType[]).find((option) => option instanceof z.ZodObject);
    if (mapped !== undefined) return readInside(value, mapped, place, problems);
  }
  if (schema instanceof z.ZodObject) {
    const fields = schema.shape as Record<string, z.ZodType>;
    const readers: FieldReaders = Object.fromEntries(
      Object.entries(fields).map(([key, field]) => [
        key,
        (member: unknown, at: Place) => readBySchema(member, field, at, problems),
      ]),
    );
    return readFields(value, fields, place, problems, { readers });
  }
  if (schema instanceof z.ZodRecord && isPlain(value)) {
    const read: JsonObject = {};
    for (const [key, member] of Object.entries(value)) {
      setMember(read, key, readBySchema(member, schema.valueType as z.ZodType, placeAt(place, key), problems));
    }
    return read;
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item, index) => readBySchema(item, schema.element as z.ZodType, placeAt(place, index), problems));
  }
  return value;
}
