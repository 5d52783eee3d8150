import { isJsonObject } from '../../call/json.js';
import { argumentPath } from '../conditions/compile-when.js';
import type { PolicyRule, TimeDocument, WhenDocument } from '../document.js';
import { PARAM_CONDITIONS } from '../when-schema.js';

/** One operator of a rule with the path it is about. */
export interface Atom {
  readonly path: string;
  readonly operator: string;
  readonly operand: unknown;
}

/** The entries of which every one has to hold for a rule: those of `when`, of its `all`, and of `conditions`. */
export function conjunctsOf(rule: PolicyRule): readonly WhenDocument[] {
  return [...(rule.when === undefined ? [] : split(rule.when)), ...referenceConjuncts(rule)];
}

/** Every operator that a rule names anywhere, below `any` and `not`, too. */
export function atomsOf(rule: PolicyRule): readonly Atom[] {
  return conjunctsOf(rule).flatMap(atomsIn);
}

/** Every operator below an entry. */
export function atomsIn(entry: WhenDocument): readonly Atom[] {
  return Object.entries(entry).flatMap(([key, value]): readonly Atom[] => {
    if (key === 'time') return [];
    if (key === 'not') return atomsIn(value as WhenDocument);
    if (key === 'all' || key === 'any') return (value as readonly WhenDocument[]).flatMap(atomsIn);
    if (!isJsonObject(value)) return [];
    return Object.entries(value).map(([operator, operand]) => ({ path: key, operator, operand }));
  });
}

/** Every window of time below an entry. */
export function windowsIn(entry: WhenDocument): readonly TimeDocument[] {
  return Object.entries(entry).flatMap(([key, value]): readonly TimeDocument[] => {
    if (key === 'time') return [value as TimeDocument];
    if (key === 'not') return windowsIn(value as WhenDocument);
    return key === 'all' || key === 'any' ? (value as readonly WhenDocument[]).flatMap(windowsIn) : [];
  });
}

function split(when: WhenDocument): readonly WhenDocument[] {
  return Object.entries(when).flatMap(([key, value]) => {
    if (key === 'all') return (value as readonly WhenDocument[]).flatMap(split);
    // One element of a list has to meet all that stands behind `[*]`: taken apart it would be another condition.
    if (['any', 'not', 'time'].includes(key) || key.includes('[*]') || !isJsonObject(value)) return [{ [key]: value }];
    return Object.entries(value).map(([operator, operand]) => ({ [key]: { [operator]: operand } }));
  });
}

function referenceConjuncts({ conditions }: PolicyRule): readonly WhenDocument[] {
  if (conditions === undefined) return [];
  const { time_after: after, time_before: before, weekdays } = conditions;
  const time = {
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
    ...(weekdays === undefined ? {} : { weekdays }),
  };
  const entries = Object.entries(PARAM_CONDITIONS).flatMap(([key, operator]) =>
    Object.entries(conditions[key as keyof typeof PARAM_CONDITIONS] ?? {}).map(([name, operand]) => ({
      [argumentPath(name)]: { [operator]: operand },
    })),
  );
  return Object.keys(time).length === 0 ? entries : [...entries, { time }];
}
