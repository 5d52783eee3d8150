import { type Action, ACTIONS, RISKS, type Risk } from '../../src/call/action.js';
import { and, UNKNOWN } from './kleene.js';
import { conditionsHold, type Facts, type Mapping, whenHolds } from './reference-conditions.js';
import { globMatches } from './reference-patterns.js';

/** A call as `Policy.evaluate` takes it. */
export interface ReferenceCall {
  readonly server?: string;
  readonly tool: string;
  readonly arguments?: Record<string, unknown>;
  readonly principal?: { agent?: string; user?: string; attributes?: Record<string, unknown> };
  readonly annotations?: Record<string, unknown>;
  readonly now?: Date;
}

/** A policy document as a plain object. */
export type PolicyDocument = {
  readonly defaults?: Mapping;
  readonly tools?: Readonly<Record<string, Readonly<Record<string, Action>>>>;
  readonly rules?: readonly Mapping[];
};

/** The documents of a hierarchy. */
export type Layers = Partial<Record<(typeof LAYERS)[number], PolicyDocument>>;

/** What is decided, as far as tests compare it. */
export interface ReferenceDecision {
  readonly action: Action;
  readonly ruleName: string;
  readonly risk: Risk | undefined;
  readonly final: boolean;
  readonly mandatory: boolean;
  readonly delay?: number | undefined;
  readonly layer?: string | undefined;
  readonly conflicts?: readonly string[];
}

/** The layers of a hierarchy, the highest first. */
export const LAYERS = ['org', 'team', 'agent'] as const;
const WORDS: Mapping = { auto: 'allow', approve: 'review', block: 'block' };
const NOBODY: ReferenceDecision = {
  action: 'review',
  ruleName: '<default>',
  risk: undefined,
  final: false,
  mandatory: false,
};

/** How strict an action is. */
export function strictness(action: Action): number {
  return ACTIONS.indexOf(action);
}

/** What one document decides, by itself. */
export function evaluate(document: PolicyDocument, call: ReferenceCall): ReferenceDecision {
  return opinion(document, call) ?? NOBODY;
}

/** What several documents decide: the strictest wins, and on a tie the higher layer is named. */
export function evaluateLayers(layers: Layers, call: ReferenceCall): ReferenceDecision {
  const said = LAYERS.flatMap((layer) => {
    const decision = layers[layer] && opinion(layers[layer], call);
    return decision === undefined ? [] : [{ ...decision, layer }];
  });
  const action = ACTIONS.findLast((one) => said.some((decision) => decision.action === one));
  const winners = said.filter((decision) => decision.action === action);
  if (winners[0] === undefined) return NOBODY;
  const delays = winners.flatMap(({ delay }) => delay ?? []);
  return {
    ...winners[0],
    risk: RISKS.findLast((risk) => said.some((decision) => decision.risk === risk)),
    final: said.some((decision) => decision.final),
    mandatory: said.some((decision) => decision.mandatory),
    delay: delays.length === 0 ? undefined : Math.max(...delays),
    conflicts: said
      .filter((decision) => decision.action !== action)
      .map((decision) => `${decision.layer}: ${decision.action} (rule ${decision.ruleName})`),
  };
}

/** The same as one document: own rules before the other's, what is written in both as in the own one. */
export function mergedDocuments(own: PolicyDocument, other: PolicyDocument): PolicyDocument {
  const tools: Record<string, Record<string, Action>> = {};
  for (const server of [...Object.keys(own.tools ?? {}), ...Object.keys(other.tools ?? {})]) {
    tools[server] = { ...other.tools?.[server], ...own.tools?.[server] };
  }
  const defaults = own.defaults ?? other.defaults;
  return { tools, rules: [...(own.rules ?? []), ...(other.rules ?? [])], ...(defaults && { defaults }) };
}

/** What one document says of a call; undefined where no rule matched and no `defaults` are written. */
function opinion(document: PolicyDocument, call: ReferenceCall): ReferenceDecision | undefined {
  const { server = '', tool, now = new Date() } = call;
  const { defaults, tools = {} } = document;
  const matching = (document.rules ?? [])
    .map((rule, position): Mapping => ({ name: `rules[${position}]`, ...rule }))
    .filter((rule) => rule['enabled'] !== false)
    .filter((rule) => rule['expires_at'] === undefined || now < new Date(rule['expires_at'] as string))
    .filter((rule) => ruleMatches(rule, call, now));

  const first = matching.filter((rule) => rule['mandatory'] === true || rule['final'] === true);
  if (first[0] !== undefined) {
    const final = actionOf(first[0]) === 'block' && first.some((rule) => rule['final'] === true);
    return { ...byRule(first[0], defaults), final, mandatory: first.some((rule) => rule['mandatory'] === true) };
  }
  const rule = matching[0];
  const own = entry(entry(tools, server), tool) ?? entry(tools['*'], tool);
  if (own !== undefined) {
    const blocked = rule !== undefined && actionOf(rule) === 'block' && own !== 'block';
    return blocked ? byRule(rule, defaults) : byTable(own, defaults);
  }
  if (rule !== undefined) return byRule(rule, defaults);
  const any = entry(entry(tools, server), '*') ?? entry(tools['*'], '*');
  if (any !== undefined) return byTable(any, defaults);
  return defaults && { ...NOBODY, action: actionOf(defaults) ?? 'review', risk: riskOf(defaults) };
}

function entry<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function byRule(rule: Mapping, defaults?: Mapping): ReferenceDecision {
  const delay = rule['throttle_delay_seconds'] as number | undefined;
  const action = actionOf(rule) as Action;
  return { ...NOBODY, action, ruleName: rule['name'] as string, risk: riskOf(rule) ?? riskOf(defaults), delay };
}

function byTable(action: Action, defaults?: Mapping): ReferenceDecision {
  return { ...NOBODY, action, ruleName: '<tools>', risk: riskOf(defaults) };
}

function actionOf(rule: Mapping): Action | undefined {
  return (rule['action'] ?? WORDS[rule['approval'] as string]) as Action | undefined;
}

function riskOf(rule: Mapping = {}): Risk | undefined {
  return (rule['risk'] ?? rule['risk_level']) as Risk | undefined;
}

function ruleMatches(rule: Mapping, call: ReferenceCall, now: Date): boolean {
  const match = (rule['match'] ?? {}) as Mapping;
  const { agent = '', user = '', attributes = {} } = call.principal ?? {};
  const { server = '', tool, arguments: args = {}, annotations = {} } = call;
  const named =
    globHolds(match['tool'] ?? match['type'], tool) &&
    globHolds(match['server'] ?? match['target'], server) &&
    globHolds(match['agent'], agent) &&
    globHolds(match['user'], user);
  if (!named) return false;
  // A name that nobody knows is a missing value, and no attribute stands for it.
  const { agent: _, user: __, ...others } = attributes;
  const principal = { ...others, ...(agent !== '' && { agent }), ...(user !== '' && { user }) };
  const roots = { args, tool, annotations, principal, ...(server !== '' && { server }) };
  const facts: Facts = { now, roots };
  const held = and([
    whenHolds((rule['when'] ?? {}) as Mapping, facts),
    conditionsHold((rule['conditions'] ?? {}) as Mapping, facts),
  ]);
  return held === UNKNOWN ? ['review', 'block'].includes(actionOf(rule) ?? '') : held;
}

function globHolds(globs: unknown, name: string): boolean {
  return [globs ?? '*'].flat().some((glob) => globMatches(glob as string, name));
}
