import { z } from 'zod';
import { ACTIONS, RISKS } from '../call/action.js';
import { FINDING_ACTIONS } from '../call/finding.js';
import { instant, listOf, mapping, nameText, oneOf, patterns, positive, text, whole, yesNo } from './schema-parts.js';
import { conditionsSchema, whenSchema } from './when-schema.js';

const action = oneOf(ACTIONS);
const risk = oneOf(RISKS);
const approval = oneOf(['auto', 'approve', 'block']);
const json = z.record(z.string(), z.unknown(), { error: 'must be a mapping' });

const REFERENCE = 'The word of older documents for';

/** The keys of `match`. */
export const matchSchema = mapping({
  tool: patterns.describe('Tools: a glob or a list of globs. Left out: any.'),
  server: patterns.describe('Servers: a glob or a list of globs. Left out: any.'),
  agent: patterns.describe('Agents: a glob or a list of globs. Left out: any.'),
  user: patterns.describe('Users: a glob or a list of globs. Left out: any.'),
  type: patterns.describe(`${REFERENCE} \`tool\`.`),
  target: patterns.describe(`${REFERENCE} \`server\`.`),
});

/** The keys of a rule. */
export const ruleSchema = mapping({
  name: nameText.describe('The name that decisions and records cite; no two rules have the same. Default: the place.'),
  match: matchSchema.describe('Whose calls the rule is about. Left out: all calls.'),
  when: whenSchema.describe('What else has to hold of a call: paths with operators, `time`, `all`, `any`, `not`.'),
  conditions: conditionsSchema.describe(
    'The same in the words of older documents. Where both stand, both have to hold.',
  ),
  action: action.describe('What is decided; from lax to strict: allow, warn, throttle, review, block.'),
  approval: approval.describe(`${REFERENCE} \`action\`: auto is allow, approve is review, block is block.`),
  reason: text(1000).describe('Why, for people: it reaches the caller and the record.'),
  risk: risk.describe('How bad a wrong call of this kind would be.'),
  risk_level: risk.describe(`${REFERENCE} \`risk\`.`),
  approvers: listOf(text(256)).describe('Who may approve. Left out or empty: anybody who is asked.'),
  timeout_minutes: positive(525_600).describe('Minutes an approver has to answer.'),
  throttle_delay_seconds: z
    .number({ error: 'must be a number of seconds from 0' })
    .min(0, { error: 'must be a number of seconds from 0' })
    .max(86_400, { error: 'must be at most 86400 seconds; more than 30 count as 30' })
    .describe('Seconds that a throttled call waits; more than 30 count as 30.'),
  final: yesNo.describe('true: nobody may approve what this rule blocks; the rule is tried before others.'),
  mandatory: yesNo.describe("true: no tool's own setting may loosen this rule; the rule is tried before others."),
  enabled: yesNo.describe('false: the rule does not exist. Default true.'),
  expires_at: instant.describe('From this moment on (ISO 8601) the rule does not exist.'),
  metadata: json.describe('Whatever approval handlers and records should carry along.'),
});

/** The keys of `defaults`. */
export const defaultsSchema = mapping({
  action: action.describe('What is decided where nothing else says anything.'),
  approval: approval.describe(`${REFERENCE} \`action\`.`),
  risk: risk.describe('The risk of such calls.'),
  risk_level: risk.describe(`${REFERENCE} \`risk\`.`),
  reason: text(1000).describe('Why, for people.'),
});

const limit = whole(1);

/** The keys of a tool's settings. */
export const settingsSchema = mapping({
  approval_required: yesNo.describe('true: a person approves every call.'),
  pii_scan: oneOf(['off', 'standard', 'strict']).describe('How closely arguments and results are scanned.'),
  pii_actions: z
    .record(z.string(), oneOf(FINDING_ACTIONS), { error: 'must be a mapping of types to allow, warn, redact or block' })
    .describe('What becomes of findings, by type.'),
  rate_limit: z
    .strictObject(
      {
        max_per_minute: limit.describe('Calls in one minute.').optional(),
        max_per_hour: limit.describe('Calls in one hour.').optional(),
        max_per_day: limit.describe('Calls in one day of 24 hours.').optional(),
        max_concurrent: limit.describe('Calls that run at the same time, in one process.').optional(),
        by: listOf(text(256))
          .min(1)
          .max(8)
          .describe('What is counted apart: tool, principal, server, args.x.')
          .optional(),
      },
      { error: (issue) => (issue.code === 'invalid_type' ? 'must be a mapping' : undefined) },
    )
    .refine((value) => Object.keys(value).some((key) => key !== 'by'), {
      error: 'limits nothing: set max_per_minute, max_per_hour, max_per_day or max_concurrent',
    })
    .describe('How many calls are admitted.'),
});

/** The keys of the call of a test. */
export const testCallSchema = mapping({
  server: text(256).describe('The server; unknown where it is left out.'),
  tool: text(256).describe('The tool.'),
  args: json.describe('The arguments.'),
  arguments: json.describe('Another word for `args`.'),
  principal: json.describe('`agent`, `user` and attributes, side by side.'),
  annotations: json.describe('What the tool says of itself.'),
  now: instant.describe('When the call is made (ISO 8601).'),
});

/** The keys of a test. */
export const testSchema = mapping({
  name: text(256).describe('What the test shows.'),
  call: testCallSchema.describe('The call to judge.'),
  expect: action.describe('The action that is expected.'),
  rule: text(256).describe('The rule that is expected to decide.'),
});

const perServer = <T extends z.ZodType>(value: T) => z.record(z.string(), z.record(z.string(), value));

/** The whole document, in both spellings; the published JSON Schema is made from it. */
export const documentSchema = mapping({
  version: z.union([z.literal(1), z.literal('1')], { error: 'must be 1' }).describe('The version of the language: 1.'),
  name: text(256).describe("The policy's name, as decisions and records cite it."),
  defaults: defaultsSchema.describe('What is decided where nothing else says anything. Left out: review.'),
  tools: perServer(action).describe('Server or `*`, then tool or `*`: the action. No globs but `*`.'),
  rules: z.array(ruleSchema).describe('Tried in order; the first match decides.'),
  settings: perServer(settingsSchema).describe('Globs of servers, then of tools: limits and scanning of those tools.'),
  tests: z.array(testSchema).describe('Calls with the decision that is expected; `policy test` runs them.'),
});
