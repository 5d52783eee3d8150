import { types } from 'node:util';
import { block, PASS, type Verdict } from '../call/verdict.js';
import { LimitError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { Stage } from '../pipeline/stage.js';
import { type Allowance, copyJson, weigh } from './measure.js';

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
      const { excess } = weigh(run.call.arguments, allowance);
      if (excess === undefined) return { kind: 'rewrite', value: copyJson(run.call.arguments) };
      const text = `The arguments of ${run.call.tool} are ${excess}. Send less at once.`;
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
      if (plain || run.returned?.kind !== 'result') return PASS;
      const written = JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
      // A `toJSON` can write more than it stands for.
      const more = weigh(written, allowance).excess;
      return more === undefined ? { kind: 'rewrite', value: written } : withhold(run, more);
    },
  };
}

function withhold(run: CallRun, excess: string): Verdict {
  const text = `The result of ${run.call.tool} is ${excess} and is withheld. Ask for less at once.`;
  return block(new LimitError('result_too_large', text));
}

/** What would leave: the result, or what a thrown error says. */
export function returnedValue(run: CallRun): unknown {
  const { kind, value } = run.returned ?? {};
  if (kind !== 'error') return value;
  return isError(value) ? Object.assign({}, value, { message: value.message }) : value;
}

/** True also for an error of another realm: a tool may run code in a `vm`. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
