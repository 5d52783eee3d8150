import { compileGlob, isGlob } from '../../call/glob.js';
import type { JsonObject } from '../../call/json.js';
import { nearest } from '../../errors/config-error.js';
import { parsePath } from '../conditions/value-path.js';
import type { PolicyDocument, PolicyRule } from '../document.js';
import { equalJson } from '../operators/json-equality.js';
import { type Atom, atomsOf } from '../tools/atoms.js';
import { listOf } from './covers-names.js';
import type { LintFinding } from './lint-finding.js';
import { kindsOf, onlyValues } from './operator-facts.js';
import { typesAt } from './schema-types.js';
import type { ListedToolSchema, ToolList } from './tool-list.js';

/** Finds tools that the server does not offer, and conditions on arguments that its tools cannot have. */
export function lintTools(document: PolicyDocument, list: ToolList): readonly LintFinding[] {
  const fromRules = document.rules.flatMap((rule, position) =>
    rule.enabled === false || !isAbout(rule, list) ? [] : lintRule(rule, position, document, list),
  );
  return [...fromRules, ...lintTable(document, list)];
}

/** A rule that names another server, too, may be about the tools of that one. */
function isAbout({ match }: PolicyRule, { server }: ToolList): boolean {
  return server === undefined || listOf(match?.server).every((pattern) => compileGlob(pattern)(server));
}

/** Where a policy also names other servers, a rule for several of them may be about the tools of those. */
function isOfOthers({ match }: PolicyRule, { rules, tools = {} }: PolicyDocument, { server }: ToolList): boolean {
  if (server === undefined || !listOf(match?.server).some(isGlob)) return false;
  const named = rules.flatMap((rule) => listOf(rule.match?.server)).concat(Object.keys(tools));
  return named.some((name) => !isGlob(name) && name !== server);
}

function lintRule(
  rule: PolicyRule,
  position: number,
  document: PolicyDocument,
  list: ToolList,
): readonly LintFinding[] {
  const patterns = listOf(rule.match?.tool);
  const steps = ['rules', position, 'match', 'tool'];
  const missing = isOfOthers(rule, document, list) ? [] : patterns;
  const unknown = missing
    .filter((pattern) => !list.tools.some(({ name }) => compileGlob(pattern)(name)))
    .map((pattern) => unknownTool(pattern, list, steps));
  const tools = list.tools.filter(({ name }) => patterns.some((pattern) => compileGlob(pattern)(name)));
  if (tools.length === 0) return unknown;
  const mismatches = atomsOf(rule).flatMap((atom) => {
    const reasons = tools.map((tool) => mismatchOf(atom, tool));
    const reason = reasons.includes(undefined) ? undefined : reasons[0];
    return reason === undefined ? [] : [mismatch(atom, reason, rule, position)];
  });
  return [...unknown, ...mismatches];
}

function lintTable({ tools = {} }: PolicyDocument, list: ToolList): readonly LintFinding[] {
  // What stands under '*' may be about any other server's tools.
  const servers = Object.keys(tools).filter((each) => each !== '*' && (list.server ?? each) === each);
  return servers.flatMap((server) =>
    Object.keys(tools[server] ?? {})
      .filter((tool) => tool !== '*' && !list.tools.some(({ name }) => name === tool))
      .map((tool) => unknownTool(tool, list, ['tools', server, tool])),
  );
}

function unknownTool(pattern: string, { server, tools }: ToolList, steps: LintFinding['steps']): LintFinding {
  const near = nearest(
    pattern,
    tools.map(({ name }) => name),
  );
  return {
    code: 'unknown-tool',
    steps,
    message: `${server === undefined ? 'the server' : `the server '${server}'`} offers no tool '${pattern}'`,
    fix: near === '' ? 'Remove it, or name the server whose tool it is.' : `Did you mean '${near}'?`,
  };
}

function mismatch({ path, operator }: Atom, reason: string, rule: PolicyRule, position: number): LintFinding {
  const isReference = rule.when === undefined;
  return {
    code: 'type-mismatch',
    steps: isReference ? ['rules', position, 'conditions'] : ['rules', position, 'when', path, operator],
    message: `${path}: ${reason}`,
    fix: `Mend the path, the operator or the value, or the tools that the rule '${rule.name ?? `rules[${position}]`}' is about.`,
  };
}

/** Why a condition makes no sense for a tool; undefined where it may. */
function mismatchOf(atom: Atom, { name, inputSchema }: ListedToolSchema): string | undefined {
  const path = parsePath(atom.path);
  if (typeof path === 'string' || path.root !== 'args' || path.steps.length === 0) return undefined;
  const types = typesAt(inputSchema ?? ANY_SCHEMA, path.steps);
  if ('known' in types) {
    const near = nearest(String(path.steps.at(-1)), types.known);
    return `the tool '${name}' has no such argument${near === '' ? '' : `; the nearest is '${near}'`}`;
  }
  const positive = { ...atom, operator: POSITIVE.get(atom.operator) ?? atom.operator };
  const kinds = kindsOf(positive);
  if (types.kinds !== undefined && !types.kinds.some((kind) => kinds.includes(kind))) {
    const expected = [...new Set(kinds)].join(' or ');
    return `${atom.operator} asks for ${expected}, and for the tool '${name}' this is ${types.kinds.join(' or ')}`;
  }
  const wanted = onlyValues(positive);
  if (types.values === undefined || wanted === undefined) return undefined;
  const possible = types.values.some((value) => wanted.some((each) => equalJson(each, value)));
  return possible
    ? undefined
    : `the tool '${name}' takes only ${types.values.map((value) => JSON.stringify(value)).join(', ')}`;
}

const ANY_SCHEMA: JsonObject = {};
/** Where no value can be the same, every value is another one: as senseless as the contrary. */
const POSITIVE: ReadonlyMap<string, string> = new Map([
  ['ne', 'eq'],
  ['not_in', 'in'],
]);
