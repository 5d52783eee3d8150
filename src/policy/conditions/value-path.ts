import { isJsonObject } from '../../call/json.js';
import { nearest } from '../../errors/config-error.js';
import type { Subject } from '../subject.js';

/** One step of a path: a member's name, a place in a list, or every element of a list. */
export type PathStep = string | number | typeof EACH;

/** The step `[*]`. */
export const EACH = Symbol('each element');

/** Where a condition finds its value. */
export interface ValuePath {
  readonly root: Root;
  readonly steps: readonly PathStep[];
}

/** What paths begin with. */
export const ROOTS = ['args', 'principal', 'server', 'tool', 'annotations'] as const;

type Root = (typeof ROOTS)[number];

const STEP = /\.([^.[\]"'\s]+)|\[(\d{1,9})\]|\[(\*)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** Paths that were read: many rules ask for the same few. */
const paths = new Map<string, ValuePath>();
const MOST_PATHS = 1_000;

/** Reads a path; a text says what is wrong with it. */
export function parsePath(text: string): ValuePath | string {
  const path = paths.get(text) ?? readPath(text);
  if (typeof path === 'string') return path;
  if (paths.size >= MOST_PATHS) paths.clear();
  paths.set(text, path);
  return path;
}

function readPath(text: string): ValuePath | string {
  const root = /^[^.[\]"'\s]*/.exec(text)?.[0] ?? '';
  if (!ROOTS.includes(root as Root)) return unknownRoot(text, root);
  const steps: PathStep[] = [];
  for (let at = root.length; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (match === null) return `the path '${text}' cannot be read from '${text.slice(at)}' on. ${FORMS}`;
    const step = toStep(match);
    if (step === undefined) return `the path '${text}' holds a quoted name that is no JSON text. ${FORMS}`;
    steps.push(step);
  }
  return checkSteps({ root: root as Root, steps }, text);
}

const FORMS = `Write args.a.b, args.list[0], args.list[*].id or args["a.b"].`;

function toStep([, name, index, each, quoted]: RegExpExecArray): PathStep | undefined {
  if (name !== undefined) return name;
  if (index !== undefined) return Number(index);
  if (each !== undefined) return EACH;
  try {
    return JSON.parse(quoted as string) as string;
  } catch {
    return undefined;
  }
}

function checkSteps(path: ValuePath, text: string): ValuePath | string {
  const { root, steps } = path;
  if ((root === 'server' || root === 'tool') && steps.length > 0) return `'${root}' is a text and has no members`;
  if ((root === 'principal' || root === 'annotations') && typeof steps[0] !== 'string') {
    return `the path '${text}' has to name a member: ${root}.${root === 'principal' ? 'agent' : 'destructiveHint'}`;
  }
  return path;
}

function unknownRoot(text: string, root: string): string {
  const near = root === text ? '' : nearest(root, ROOTS);
  const hint =
    near === '' ? `For an argument write 'args.${text}'.` : `Did you mean '${near}${text.slice(root.length)}'?`;
  return `unknown path '${text}': paths begin with ${ROOTS.join(', ')}. ${hint}`;
}

/** The value that the steps of a path start from; undefined where there is none. */
export function rootValue({ root, steps }: ValuePath, subject: Subject): unknown {
  switch (root) {
    case 'args':
      return subject.args;
    case 'annotations':
      return subject.annotations;
    case 'server':
      return known(subject.server);
    case 'tool':
      return subject.tool;
    case 'principal':
      return principalValue(steps[0] as string, subject);
  }
}

/** How many steps the root has taken already. */
export function stepsTaken({ root }: ValuePath): number {
  return root === 'principal' ? 1 : 0;
}

function principalValue(name: string, subject: Subject): unknown {
  if (name === 'agent') return known(subject.agent);
  if (name === 'user') return known(subject.user);
  return takeStep(subject.attributes, name);
}

/** A name that is not known is no value: nobody is not somebody called ''. */
function known(name: string): string | undefined {
  return name === '' ? undefined : name;
}

/** One step from a value: own members of objects and elements of lists only; undefined where there is none. */
export function takeStep(value: unknown, step: string | number): unknown {
  if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}
