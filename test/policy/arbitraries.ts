import fc from 'fast-check';
import { type Action, ACTIONS, RISKS } from '../../src/call/action.js';
import type { JsonObject } from '../../src/call/json.js';
import { conditions, when } from './condition-arbitraries.js';
import type { Layers, PolicyDocument, ReferenceCall } from './reference-evaluator.js';
import { AGENTS, args, instant, maybe, ROLES, SERVERS, shape, TOOLS, USERS } from './vocabulary.js';

/** A rule of a document. */
export type RuleDocument = JsonObject;

const TOOL_GLOBS = [
  ...TOOLS,
  ...['*', 'read_*', 'write_*', 'read*', '*_file', '*_row', '*e*', '**', 'r*e', 're?d_*', '?ead_file', 'send_?m*'],
  ...['[rw]*_file', '[!r]*', '[a-f]*', 'read_[df]i[rl]*', 'nothing_*', 'query?', '*query'],
];
const SERVER_GLOBS = [...SERVERS, '*', 'files*', '*-backup', 'd?', '[fd]*', '?*'];
const AGENT_GLOBS = [...AGENTS, '*', 'bot*', '[!b]*', '?*'];
const USER_GLOBS = [...USERS, '*', 'u?', '*root'];

function globs(from: readonly string[]): fc.Arbitrary<unknown> {
  const one = fc.constantFrom(...from);
  return fc.oneof(
    { weight: 5, arbitrary: one },
    { weight: 1, arbitrary: fc.array(one, { minLength: 1, maxLength: 3 }) },
  );
}

/** `match`, in either spelling. */
const match: fc.Arbitrary<JsonObject> = fc
  .tuple(
    shape({
      tool: maybe(globs(TOOL_GLOBS), 5),
      server: maybe(globs(SERVER_GLOBS), 1),
      agent: maybe(globs(AGENT_GLOBS), 0.2),
      user: maybe(globs(USER_GLOBS), 0.2),
    }),
    fc.boolean(),
  )
  .map(([{ tool, server, ...rest }, reference]) => {
    const [toolKey, serverKey] = reference ? ['type', 'target'] : ['tool', 'server'];
    const names = {
      ...(tool !== undefined && { [toolKey]: tool }),
      ...(server !== undefined && { [serverKey]: server }),
    };
    return { ...names, ...rest };
  });

const APPROVALS: Partial<Record<Action, string>> = { allow: 'auto', review: 'approve', block: 'block' };

/** An action and a risk, each in either spelling. */
function verdict(action: Action, risk: string | undefined, approval: boolean, level: boolean): JsonObject {
  const word = APPROVALS[action];
  return {
    ...(approval && word !== undefined ? { approval: word } : { action }),
    ...(risk !== undefined && { [level ? 'risk_level' : 'risk']: risk }),
  };
}

const risk = maybe(fc.constantFrom(...RISKS), 3);

/** A rule without a name whose action is one of some. */
function ruleOf(actions: readonly Action[]): fc.Arbitrary<RuleDocument> {
  const drawn = fc.record({
    action: fc.constantFrom(...actions),
    risk,
    approval: fc.boolean(),
    level: fc.boolean(),
    final: fc.constantFrom(true, false, undefined, undefined, undefined, undefined),
    delay: fc.integer({ min: 1, max: 30 }),
    rest: shape({
      match: maybe(match, 9),
      when: maybe(when, 0.8),
      conditions: maybe(conditions, 0.3),
      mandatory: maybe(fc.boolean(), 0.25),
      enabled: maybe(fc.boolean(), 0.15),
      expires_at: maybe(
        instant.map((at) => at.toISOString()),
        0.15,
      ),
      reason: maybe(fc.constantFrom('Because', 'Ask the owner'), 0.2),
      metadata: maybe(fc.constant({ owner: 'ops' }), 0.1),
    }),
  });
  return drawn.map(({ action, risk, approval, level, final, delay, rest }) => ({
    ...rest,
    ...verdict(action, risk, approval, level),
    ...(action === 'block' && final !== undefined && { final }),
    ...(action === 'throttle' && { throttle_delay_seconds: delay }),
    ...(action === 'review' && level && { approvers: ['ann'], timeout_minutes: 3 }),
  }));
}

/** A rule without a name. */
export const rule = ruleOf(ACTIONS);

/** A block rule without a name. */
export const blockRule = ruleOf(['block']);

const rules = fc
  .array(fc.tuple(rule, fc.boolean()), { maxLength: 12, size: 'max' })
  .map((all) => all.map(([rule, named], at) => (named ? { name: `rule ${at}`, ...rule } : rule)));

const tools = fc.dictionary(
  fc.constantFrom(...SERVERS, '*'),
  fc.dictionary(fc.constantFrom(...TOOLS, '*'), fc.constantFrom(...ACTIONS), {
    minKeys: 1,
    maxKeys: 5,
    noNullPrototype: true,
  }),
  { maxKeys: 3, noNullPrototype: true },
);

const defaults = fc
  .tuple(fc.constantFrom(...ACTIONS), risk, fc.boolean(), fc.boolean())
  .map(([action, risk, approval, level]) => verdict(action, risk, approval, level));

/** A policy document that loads. */
export const document: fc.Arbitrary<PolicyDocument> = shape({
  version: fc.constantFrom(1, '1'),
  name: maybe(fc.constantFrom('a', 'b'), 1),
  defaults: maybe(defaults, 2),
  tools: maybe(tools, 0.5),
  rules,
});

/** Documents in layers; not all of them need be there. */
export const layers: fc.Arbitrary<Layers> = shape({
  org: maybe(document, 4),
  team: maybe(document, 4),
  agent: maybe(document, 2),
}).filter((all) => Object.keys(all).length > 0);

const annotations = shape({ destructiveHint: maybe(fc.boolean(), 3), readOnlyHint: maybe(fc.boolean(), 1) });

const attributes = shape({
  role: maybe(fc.constantFrom<unknown>(...ROLES, 5), 3),
  teams: maybe(fc.subarray(['red', 'blue']), 1),
  // What somebody put there in place of the real name.
  agent: maybe(fc.constantFrom(...AGENTS), 0.1),
});

const principal = shape({
  agent: maybe(fc.constantFrom(...AGENTS), 4),
  user: maybe(fc.constantFrom(...USERS), 4),
  attributes: maybe(attributes, 4),
});

/** A call that the documents above have something to say about. */
export const call: fc.Arbitrary<ReferenceCall> = shape({
  server: maybe(fc.constantFrom(...SERVERS, 'elsewhere'), 8),
  tool: fc.constantFrom(...TOOLS, ...TOOLS, 'query2', 'constructor', 'reads'),
  arguments: maybe(args, 12),
  principal: maybe(principal, 6),
  annotations: maybe(annotations, 1),
  now: instant,
});

/** A document of one rule, whose conditions alone decide: nothing stands before it. */
export const oneCondition: fc.Arbitrary<PolicyDocument> = fc
  .tuple(
    fc.oneof(
      when.map((when) => ({ when })),
      conditions.map((conditions) => ({ conditions })),
    ),
    fc.constantFrom(...ACTIONS),
  )
  .map(([asked, action]) => ({ version: 1, rules: [{ ...asked, action }] }));

const joined = (pieces: readonly string[], maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength, size: 'max' }).map((all) => all.join(''));

const anyName = joined(['a', 'b', '_', 'ab_', '😀'], 5);
const anyGlob = joined(['a', 'b', '_', 'ab_', '😀', '*', '*', '?', '[ab]', '[!a]', '[_-b]'], 5).map(
  (glob) => glob || '*',
);
const anyGlobs = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.oneof(
      anyGlob,
      joined(['a', 'b', '_'], 3).map((prefix) => `${prefix}*`),
    ),
  },
  { weight: 1, arbitrary: fc.array(anyGlob, { minLength: 1, maxLength: 3 }) },
);
const namedRule = shape<JsonObject>({
  match: shape({
    tool: maybe(anyGlobs, 4),
    server: maybe(anyGlobs, 0.5),
    agent: maybe(anyGlobs, 0.2),
    user: maybe(anyGlobs, 0.2),
  }).filter((match) => Object.keys(match).length > 0),
  action: fc.constantFrom(...ACTIONS),
  mandatory: maybe(fc.constant(true), 0.03),
});

/** A document of many rules that ask for names only: what an index of rules has to get right. */
export const manyNames: fc.Arbitrary<PolicyDocument> = shape({
  version: fc.constant(1),
  rules: fc.array(namedRule, { minLength: 20, maxLength: 80, size: 'max' }),
});

/** A call by names of the same kind. */
export const namedCall: fc.Arbitrary<ReferenceCall> = shape({
  server: maybe(anyName, 4),
  tool: anyName,
  principal: maybe(shape({ agent: maybe(anyName, 3), user: maybe(anyName, 3) }), 3),
});
