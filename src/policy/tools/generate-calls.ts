import { canonicalJson } from '../../call/canonical-json.js';
import type { Patterns, PolicyDocument, PolicyRule, PolicyTestCall, TimeDocument } from '../document.js';
import { type Atom, atomsOf, conjunctsOf, windowsIn } from './atoms.js';
import { withValueAt } from './path-value.js';
import { fillGlob, sampleValues } from './sample-values.js';

const MOST = 20_000;
/** Calls of one rule: the first values of each path are combined, the others varied one by one. */
const MOST_OF_A_RULE = 400;
const OTHER = 'other';

/**
 * Makes calls that show where policies differ: of every tool they name, with values around the edge of every operator.
 *
 * No proof: two policies that decide all of them alike may still differ elsewhere.
 */
export function generateCalls(documents: readonly PolicyDocument[], now: Date): readonly PolicyTestCall[] {
  const calls = new Map<string, PolicyTestCall>();
  const add = (call: PolicyTestCall): void => {
    if (calls.size < MOST) calls.set(canonicalJson(call), call);
  };
  for (const document of documents) {
    for (const { call } of document.tests ?? []) add(call);
    for (const [server, tools] of Object.entries(document.tools ?? {})) {
      for (const tool of Object.keys(tools)) add({ server: nameLike(server), tool: nameLike(tool) });
    }
  }
  add({ server: OTHER, tool: OTHER });
  for (const rule of documents.flatMap(({ rules }) => rules)) for (const call of callsOf(rule, now)) add(call);
  return [...calls.values()];
}

function callsOf(rule: PolicyRule, now: Date): readonly PolicyTestCall[] {
  const calls = new Map<string, PolicyTestCall>();
  const add = (call: PolicyTestCall): boolean => {
    if (calls.size < MOST_OF_A_RULE) calls.set(canonicalJson(call), call);
    return calls.size < MOST_OF_A_RULE;
  };
  const bases = namedCalls(rule);
  const atoms = atomsOf(rule);
  for (const base of bases) {
    add(base);
    const moments = conjunctsOf(rule).flatMap(windowsIn);
    const full = [base, ...moments.flatMap((window) => momentsOf(window, now)).map((at) => ({ ...base, now: at }))];
    for (const each of full) for (const call of combinations(each, atoms)) if (!add(call)) break;
  }
  return [...calls.values()];
}

/** All of the paths with a first value, then each path with each of its values, or with none. */
function* combinations(base: PolicyTestCall, atoms: readonly Atom[]): Generator<PolicyTestCall> {
  for (const choose of [0, 1, 2]) {
    let whole = base;
    for (const atom of atoms) {
      const values = sampleValues(atom);
      whole = withValueAt(whole, atom.path, values[Math.min(choose, values.length - 1)]);
    }
    yield whole;
    for (const atom of atoms) {
      for (const value of sampleValues(atom)) yield withValueAt(whole, atom.path, value);
    }
  }
}

function namedCalls({ match }: PolicyRule): readonly PolicyTestCall[] {
  const agents = namesOf(match?.agent);
  const users = namesOf(match?.user);
  return namesOf(match?.tool).flatMap((tool) =>
    namesOf(match?.server).map((server) => ({
      server,
      tool,
      principal: { agent: agents[0] ?? OTHER, user: users[0] ?? OTHER },
    })),
  );
}

function namesOf(patterns: Patterns | undefined): readonly string[] {
  if (patterns === undefined) return [OTHER];
  return (Array.isArray(patterns) ? (patterns as readonly string[]) : [patterns as string]).map(nameLike);
}

function nameLike(pattern: string): string {
  return pattern === '*' ? OTHER : fillGlob(pattern);
}

/** The minutes at the edges of a window, on each day of the week from now on; zones are left out of account. */
function momentsOf({ after, before }: TimeDocument, now: Date): readonly string[] {
  const times = [after, before, '12:00'].filter((time) => time !== undefined);
  return [0, 1, 2, 3, 4, 5, 6].flatMap((day) => {
    const date = new Date(now.getTime() + day * 86_400_000).toISOString().slice(0, 10);
    return times.map((time) => `${date}T${time}:00.000Z`);
  });
}
