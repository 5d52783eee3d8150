import { types } from 'node:util';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import { LimitError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { Stage } from '../pipeline/stage.js';
import { type Allowance, weigh } from './measure.js';

/**
 * Makes the stage that refuses oversized arguments and takes a copy of the others.
 *
 * It runs first, because everything behind it walks the arguments; and it copies, because from here on nobody outside
 * may hold a reference to what is being judged.
 */
export function createArgumentLimits(allowance: Allowance): Stage {
  return {
    name: 'limits',
    run(run): Verdict {
      const { excess, copy } = weigh(run.call.arguments, allowance, true);
      if (excess === undefined) return { kind: 'rewrite', value: copy };
      const text = `The arguments of ${run.named} are ${excess}. Send less at once.`;
      return block(new LimitError('arguments_too_large', text));
    },
  };
}

/** Makes the stage that withholds oversized results and errors, and settles what JSON would write differently. */
export function createResultLimits(allowance: Allowance): Stage {
  return {
    name: 'limits',
    run(run): Verdict {
      const value = returnedValue(run);
      const { excess, plain } = weigh(value, allowance);
      if (excess !== undefined) return withhold(run, excess);
      // What an error carries can be a getter: from here on only what was judged is looked at.
      const carries = run.returned?.kind === 'error' && isJsonObject(value) && value['data'] !== undefined;
      if (plain && !carries) return PASS;
      const written = JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
      // A `toJSON` can write more than it stands for.
      const more = weigh(written, allowance).excess;
      return more === undefined ? { kind: 'rewrite', value: toReturned(run, written) } : withhold(run, more);
    },
  };
}

function withhold(run: CallRun, excess: string): Verdict {
  const text = `The result of ${run.named} is ${excess} and is withheld. Ask for less at once.`;
  return block(new LimitError('result_too_large', text));
}

/** What would leave: the result, or what a thrown error says (its message, and the code and data of a JSON-RPC error). */
export function returnedValue(run: CallRun): unknown {
  const { kind, value } = run.returned ?? {};
  if (kind !== 'error' || !isError(value)) return value;
  const { message, code, data } = value as Error & { code?: unknown; data?: unknown };
  return Object.assign({}, value, { message }, code === undefined ? {} : { code }, data === undefined ? {} : { data });
}

/** The reverse of `returnedValue`: a judged value in the form in which it came back. */
export function toReturned(run: CallRun, value: unknown): unknown {
  const { kind, value: before } = run.returned ?? {};
  return kind === 'error' && isError(before) ? rebuiltError(before, isJsonObject(value) ? value : {}) : value;
}

/** An error of the same class with the judged text and members; without a stack, which would repeat the text. */
function rebuiltError(error: Error, members: JsonObject): Error {
  const copy = Object.create(Object.getPrototypeOf(error) as object) as Error;
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(copy, name, { value, enumerable: name !== 'message', configurable: true, writable: true });
  }
  const stack = `${error.name}: ${String(members['message'])}`;
  Object.defineProperty(copy, 'stack', { value: stack, enumerable: false, configurable: true, writable: true });
  return copy;
}

/** True also for an error of another realm: a tool may run code in a `vm`. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
