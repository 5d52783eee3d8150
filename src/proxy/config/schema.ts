import { z } from 'zod';
import { ACTIONS } from '../../call/action.js';
import { FINDING_ACTIONS } from '../../call/finding.js';
import { settingsSchema } from '../../policy/document-schema.js';
import { listOf, mapping, oneOf, text, whole, yesNo } from '../../policy/schema-parts.js';

const PII_SCANS = ['off', 'standard', 'strict'] as const;
const path = text(4096);
const address = text(4096);
const words = z.record(z.string(), text(65_536), { error: 'must be a mapping of names to texts' });
const scan = oneOf(PII_SCANS);
const findingActions = z.record(z.string(), oneOf(FINDING_ACTIONS), {
  error: 'must be a mapping of types to allow, warn, redact or block',
});
const rateLimit = settingsSchema.shape.rate_limit.unwrap();
const milliseconds = atMost(2 ** 31 - 1);

const PORT = { error: 'must be a port from 0 to 65535' };
/** A port as a number, or as the text a variable comes to. */
const port = z.union(
  [
    z.int(PORT).min(0, PORT).max(65_535, PORT),
    z.string(PORT).regex(/^(?:[0-5]?\d{1,4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/, PORT),
  ],
  PORT,
);

function atMost(most: number): z.ZodInt {
  const error = `must be a whole number from 1 to ${most}`;
  return z.int({ error }).min(1, { error }).max(most, { error });
}

function upTo(most: number): z.ZodInt {
  const error = `must be a whole number from 0 to ${most}`;
  return z.int({ error }).min(0, { error }).max(most, { error });
}

const toolSchema = mapping({
  enabled: yesNo.describe('false: the tool is not governed at all. Default true.'),
  approval_required: yesNo.describe('true: a person approves every call.'),
  pii_scan: scan.describe('How closely arguments and results are scanned.'),
  pii_actions: findingActions.describe('What becomes of findings, by type.'),
  action: oneOf(ACTIONS).describe('What is decided, whatever the policy says, unless its rule is mandatory.'),
  rate_limit: rateLimit.describe('How many calls are admitted.'),
  mask_arguments: listOf(text(256)).describe('Arguments that records and approvers do not see, as paths.'),
});

const pins = z.union(
  [
    z.literal(false),
    mapping({
      file: path.describe('Where they are kept. Default: MCP_GOVERNANCE_PIN_FILE, else pins.json among your state.'),
      on_change: oneOf(['warn', 'review', 'block']).describe('What becomes of a tool that changed. Default review.'),
    }),
  ],
  { error: 'must be a mapping with file and on_change, or false' },
);

/** The keys that say how calls are governed; at the top for every server, at a server for that one. */
export const governanceFields = {
  policy: path.describe('A policy, as YAML; watched. From the folder of this file on.'),
  default_action: oneOf(ACTIONS).describe('What is decided where nothing else says anything. Default allow.'),
  fail_open: yesNo.describe('true: a failing decision point or scanner lets calls pass. Default true.'),
  hide_blocked_tools: yesNo.describe('true: tools that are always blocked are not listed. Default false.'),
  pii_scan: scan.describe('How closely arguments and results are scanned. Default standard.'),
  pii_actions: findingActions.describe('What becomes of findings, by type.'),
  rate_limit: rateLimit.describe('How many calls are admitted where a tool says nothing.'),
  limits: mapping({
    max_argument_bytes: whole(1).describe('Most bytes of arguments. Default 1048576.'),
    max_result_bytes: whole(1).describe('Most bytes of a result. Default 16777216.'),
    max_depth: atMost(1000).describe('Most levels of nesting. Default 64.'),
    max_keys: whole(1).describe('Most keys of objects. Default 10000.'),
  }).describe('How large arguments and results may be.'),
  tools: z.record(z.string(), toolSchema, { error: 'must be a mapping of tools' }).describe('By tool or glob.'),
  block_mode: oneOf(['error_result', 'raise']).describe('What a refused caller gets. Default error_result.'),
  pins: pins.describe('How tools that change are noticed; false: not at all. Default: kept by the name of the server.'),
  policy_timeout_ms: milliseconds.describe('Milliseconds a decision point has. Default 500.'),
  scan_timeout_ms: milliseconds.describe('Milliseconds asynchronous scanners have. Default 1000.'),
} as const;

const serverSchema = mapping({
  command: path.describe('The program to start; or url.'),
  args: listOf(z.string({ error: 'must be a text' })).describe('Its arguments.'),
  env: words.describe('Environment variables of the program, besides those it gets anyway.'),
  cwd: path.describe('The folder it is started in. From the folder of this file on.'),
  url: address.describe('The address of a remote server; or command.'),
  headers: words.describe('Headers for the remote server.'),
  port: port.describe('Where `endpoints` is each: the port of this server.'),
  restart: mapping({
    attempts: upTo(1000).describe('Most restarts in a row; 0 for none. Default 5.'),
    delay_ms: atMost(10_000).describe(
      'Milliseconds before the first; twice as many before each further one. Default 200.',
    ),
  }).describe('How a program that crashed is started again.'),
  answer_timeout_ms: milliseconds.describe(
    'Milliseconds a server may say nothing about a request before the client gets an error. Default: no limit.',
  ),
  ...governanceFields,
});

const oauthSchema = mapping({
  issuer: address.describe('The authorization server, as `iss` of its tokens says.'),
  audience: text(4096).describe('What `aud` says. Default: resource.'),
  jwks_url: address.describe('Where it publishes its keys.'),
  resource: address.describe('The address by which clients reach the proxy.'),
  scopes: listOf(text(256)).describe('Scopes that every token needs.'),
});

const tokenSchema = mapping({
  name: text(256).describe('Who calls with it.'),
  token: text(4096).describe('At least 16 characters.'),
});

const inboundSchema = mapping({
  transport: oneOf(['stdio', 'http']).describe('Default stdio.'),
  host: text(256).describe('The address to listen at. Default 127.0.0.1; any other needs tokens or oauth.'),
  port: port.describe('The port to listen at; 0 for any that is free. Default 8700.'),
  path: z
    .string()
    .regex(/^\/[\w./~-]*$/, { error: 'must be a path such as /mcp' })
    .describe('Default /mcp.'),
  tokens: listOf(tokenSchema).describe('Bearer tokens of clients.'),
  oauth: oauthSchema.describe('Clients bring access tokens of an authorization server.'),
  allowed_hosts: listOf(text(256)).describe('Names by which clients may reach the proxy.'),
  allowed_origins: listOf(text(4096)).describe('Origins of web pages that may use it.'),
  limits: mapping({
    max_body_bytes: whole(1).describe('Most bytes of the body of a request. Default 4194304.'),
    max_sessions: whole(1).describe('Most sessions at once. Default 256.'),
    session_idle_ms: milliseconds.describe(
      'Milliseconds after which a session that nobody uses ends. Default 1800000.',
    ),
    max_streams: whole(1).describe('Most requests and streams that are open at once. Default 1024.'),
    max_connections: whole(1).describe('Most connections at once. Default 2048.'),
    replay_bytes: upTo(Number.MAX_SAFE_INTEGER).describe(
      'Most bytes that a session keeps for clients that lost a connection. Default 1048576.',
    ),
    slow_reader_ms: milliseconds.describe('Milliseconds in which a client takes what was sent. Default 30000.'),
    headers_ms: milliseconds.describe('Milliseconds in which the head of a request comes in. Default 10000.'),
    request_ms: milliseconds.describe('Milliseconds in which a whole request comes in. Default 60000.'),
  }).describe('How much clients may send, open and leave lying.'),
});

const auditSchema = mapping({
  url: address.describe('file:audit.db, file:audit.jsonl or postgres://...; files from the folder of this file on.'),
  required: yesNo.describe('true: a call runs only once its intent is kept. Default false.'),
  params: oneOf(['redacted', 'hash', 'none']).describe('What is recorded of arguments. Default redacted.'),
  hash_key: text(4096).describe('The key of their hash, of at least 16 characters.'),
  key_file: path.describe('The key that signs the record.'),
});

const controlplaneSchema = mapping({
  url: address.describe('Its address.'),
  key: text(512).describe('The key of this door.'),
  decision_mode: oneOf(['snapshot', 'check']).describe('Default snapshot.'),
});

const approvalsSchema = mapping({
  ask: oneOf(['elicit', 'inbox', 'none', 'terminal', 'webhook']).describe(
    "The client's user, the controlplane's inbox, nobody, this terminal, or a service. Default: inbox, else elicit.",
  ),
  timeout_seconds: atMost(2_000_000).describe('Seconds an approver has. Default 300.'),
  webhook: mapping({
    url: address.describe('Where the question goes: an https address.'),
    secret: text(4096).describe('At least 32 characters.'),
    allow_http: yesNo.describe('true: http may be used. Default false.'),
    allow_private_addresses: yesNo.describe('true: addresses that are not public may be reached. Default false.'),
  }).describe('Where `ask` is webhook: the service that is asked.'),
});

/** The whole file; the published JSON Schema is made from it. */
export const configSchema = mapping({
  version: z.union([z.literal(1), z.literal('1')], { error: 'must be 1' }).describe('The version of the language: 1.'),
  inbound: inboundSchema.describe('Where clients come in.'),
  endpoints: oneOf(['one', 'each']).describe('Several servers behind one endpoint, or each at a port of its own.'),
  servers: z.record(z.string(), serverSchema, { error: 'must be a mapping of servers' }).describe('By name.'),
  audit: auditSchema.describe('Where every call is recorded.'),
  controlplane: controlplaneSchema.describe('A controlplane that decides besides the policies.'),
  approvals: approvalsSchema.describe('Who is asked where a person has to decide.'),
  rate_limit_store: address.describe('memory, or redis://host:port. Default memory.'),
  ...governanceFields,
});

/** What stands in a file. */
export type WrittenConfig = z.infer<typeof configSchema>;
/** What stands at a server. */
export type WrittenServer = z.infer<typeof serverSchema>;
/** How calls are governed, as it stands in a file. */
export type WrittenGovernance = Pick<WrittenServer, keyof typeof governanceFields>;
