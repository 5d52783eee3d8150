import { expect, test } from '@jest/globals';
import { type Context, createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { LinkedContext } from '../../src/telemetry/linked-context.js';

const KEYS = ['a', 'b', 'c'].map(createContextKey);

test('holds what a context of OpenTelemetry would hold, whatever is set and deleted', () => {
  const step = fc.record({ key: fc.constantFrom(...KEYS), value: fc.option(fc.integer(), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step), fc.array(step), (before, steps) => {
      const take = (context: Context, { key, value }: { key: symbol; value: number | undefined }): Context =>
        value === undefined ? context.deleteValue(key) : context.setValue(key, value);
      const parent = before.reduce(take, ROOT_CONTEXT);
      const [own, linked] = [steps.reduce(take, parent), steps.reduce(take, new LinkedContext(parent))];
      for (const key of KEYS) expect(linked.getValue(key)).toBe(own.getValue(key));
    }),
  );
});

test('the span that is set in it is found in it, and not in its parent', () => {
  const span = trace.wrapSpanContext({ traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', traceFlags: 1 });
  const parent = new LinkedContext(ROOT_CONTEXT);
  expect(trace.getSpan(trace.setSpan(parent, span))).toBe(span);
  expect(trace.getSpan(parent)).toBeUndefined();
});
