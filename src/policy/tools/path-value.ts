import { setMember, type JsonObject } from '../../call/json.js';
import { EACH, parsePath } from '../conditions/value-path.js';
import type { PolicyTestCall } from '../document.js';

/** A call of a tool in which a value stands at the path of a condition; the call itself is not changed. */
export function withValueAt(call: PolicyTestCall, path: string, value: unknown): PolicyTestCall {
  const read = parsePath(path);
  if (typeof read === 'string') return call;
  const { root, steps } = read;
  if (root === 'tool' || root === 'server') return typeof value === 'string' ? { ...call, [root]: value } : call;
  return { ...call, [root]: put(call[root], steps, value) };
}

/** Lists are made as long as an index asks for up to here: `args.list[900000000]` is written easily. */
const LONGEST_LIST = 100;

function put(target: unknown, steps: readonly (string | number | typeof EACH)[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === 'string') {
    const copy: JsonObject = {};
    for (const [key, member] of Object.entries((target ?? {}) as JsonObject)) setMember(copy, key, member);
    setMember(copy, step, put(Object.hasOwn(copy, step) ? copy[step] : undefined, rest, value));
    return copy;
  }
  const list: unknown[] = Array.isArray(target) ? [...(target as unknown[])] : [];
  const index = step === EACH ? 0 : Math.min(step, LONGEST_LIST);
  while (list.length < index) list.push(null);
  list[index] = put(list[index], rest, value);
  return list;
}
