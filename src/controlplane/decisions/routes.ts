import type { Clock } from '../../call/clock.js';
import type { Decision } from '../../call/decision.js';
import { isJsonObject, type JsonObject } from '../../call/json.js';
import { parsePolicyId } from '../../policy/fleet/policy-id.js';
import * as wire from '../../wire/checks.js';
import { Problem } from '../http/problem.js';
import { type AddRoute, ANSWERED } from '../http/route.js';
import { PerDecision } from '../../policy/per-decision.js';
import type { Fleet, FleetState } from './fleet.js';
import { UNMATCHED } from './unmatched.js';

const NOTHING = Object.freeze({});

const PERMITTING: ReadonlySet<string> = new Set(['allow', 'warn', 'throttle']);

/** Methods of MCP that are never held: handshake, lists, housekeeping (reference 004). */
const EXEMPT =
  /^(initialize|ping|logging\/setLevel|completion\/complete|(tools|prompts|resources)\/list|notifications\/.+)$/;

/** Answers what doors ask when they decide. */
export function addDecisionRoutes(add: AddRoute, fleet: Fleet, clock: Clock): void {
  let replies: Replies | undefined;
  const decide = (request: wire.PolicyCheckRequest): WrittenReply => {
    const parts = parsePolicyId(request.workflow_name);
    if (parts === undefined) throw new Problem('invalid_request', 'workflow_name: must be mcp:{server}:{tool}.');
    const { state } = fleet;
    // The body was checked; a subject of one shape is decided faster than one that is put together and checked again.
    const decision = state.policy.opinion({
      server: parts.server,
      tool: parts.tool,
      agent: request.agent_name ?? '',
      user: request.user_id ?? '',
      attributes: request.attributes ?? NOTHING,
      args: request.arguments ?? NOTHING,
      annotations: request.annotations,
      now: clock.now(),
    });
    if (replies?.state !== state) replies = { state, written: writtenAt(state.snapshot.revision) };
    return replies.written.get(decision ?? UNMATCHED);
  };

  add(wire.policyCheck, ({ body, reply }) => {
    void reply.type('application/json; charset=utf-8').send(decide(body).text);
    return ANSWERED;
  });
  add(wire.evaluation, ({ body }) => {
    const { subject, action, resource, context } = body;
    if (action.name !== 'tools/call') {
      const decision = EXEMPT.test(action.name);
      return { decision, context: { reason: decision ? 'Methods of the protocol are exempt' : 'Unknown action' } };
    }
    const { server, ...annotations } = resource.properties ?? {};
    const { user, ...attributes } = subject.properties ?? {};
    const { arguments: args = action.properties?.['arguments'] } = context ?? {};
    const { said } = decide({
      workflow_name: resource.id.startsWith('mcp:') ? sameServer(resource.id, server) : toPolicyId(server, resource.id),
      agent_name: subject.id,
      user_id: typeof user === 'string' ? user : '',
      attributes,
      annotations,
      arguments: argumentsOf(args),
    });
    return { decision: PERMITTING.has(said.action), context: { ...said } };
  });
  add(wire.readSnapshot, ({ request, reply }) => {
    const { snapshot, body } = fleet.state;
    const etag = `"${snapshot.revision}"`;
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match']?.replace(/^W\//, '') === etag) void reply.code(304).send();
    else void reply.type('application/json; charset=utf-8').send(body);
    return ANSWERED;
  });
}

/** What is no object no rule about arguments could judge: it is refused rather than left out. */
function argumentsOf(written: unknown): JsonObject {
  if (written === undefined) return {};
  if (isJsonObject(written)) return written;
  throw new Problem('invalid_request', 'arguments: must be a JSON object.');
}

/** A policy id, whose server is the only one that is named. */
function sameServer(id: string, server: unknown): string {
  if (server === undefined || parsePolicyId(id)?.server === server) return id;
  throw new Problem('invalid_request', 'resource: its id and its properties name two servers.');
}

function toPolicyId(server: unknown, tool: string): string {
  const segment = (name: string): string => name.replaceAll('%', '%25').replaceAll(':', '%3A');
  if (server !== undefined && typeof server !== 'string') {
    throw new Problem('invalid_request', 'resource.properties.server: must be a text.');
  }
  return `mcp:${segment(server ?? '')}:${segment(tool)}`;
}

/** A reply, and as it is sent. */
interface WrittenReply {
  readonly said: wire.PolicyCheckReply;
  readonly text: string;
}

interface Replies {
  readonly state: FleetState;
  readonly written: PerDecision<WrittenReply>;
}

/** Most calls meet a decision that others met before: its reply is written once for each revision. */
function writtenAt(revision: number): PerDecision<WrittenReply> {
  return new PerDecision((decision) => {
    const said = toReply(decision, decision !== UNMATCHED, revision);
    return { said, text: JSON.stringify(said) };
  });
}

function toReply(decision: Decision, matched: boolean, revision: number): wire.PolicyCheckReply {
  const { action, obligations = {}, metadata = {} } = decision;
  const { throttleDelaySeconds } = obligations;
  return {
    action,
    decision: action,
    reason: decision.reason ?? '',
    policy_id: decision.policyId ?? null,
    metadata:
      throttleDelaySeconds === undefined ? metadata : { ...metadata, throttle_delay_seconds: throttleDelaySeconds },
    revision,
    matched,
    rule_name: decision.ruleName ?? '',
    layer: decision.layer ?? null,
    conflicts: [...(decision.conflicts ?? [])],
    risk: decision.risk ?? null,
    approvers: [...(obligations.approvers ?? [])],
    timeout_minutes: obligations.timeoutMinutes ?? null,
    throttle_delay_seconds: throttleDelaySeconds ?? null,
    mandatory: decision.mandatory ?? false,
    final: decision.final ?? false,
  };
}
