import { type ApprovalRecord, DEFAULT_USE_MS } from '../../approval/approval-request.js';
import { uuidV7 } from '../../audit/uuid-v7.js';
import type { Clock } from '../../call/clock.js';
import * as wire from '../../wire/approvals.js';
import type { Fleet } from '../decisions/fleet.js';
import { Problem } from '../http/problem.js';
import type { AddRoute } from '../http/route.js';
import type { Inbox } from './inbox.js';

const DECIDE_MS = 300_000;
const PAGE = 100;

/** Answers what is asked about approvals. */
export function addApprovalRoutes(add: AddRoute, inbox: Inbox, fleet: Fleet, clock: Clock): void {
  add(wire.requestApproval, async ({ body, caller }) =>
    toWire((await inbox.ask(toRecord(body, clock.now()), caller)).record),
  );
  add(wire.listApprovals, async ({ query }) => {
    const { limit = PAGE, cursor, state } = query;
    const before = cursor === undefined ? undefined : toSequence(cursor);
    const { requests, hasMore } = await inbox.list(limit, state, before);
    return {
      approvals: requests.map(({ record }) => toWire(record)),
      cursor: hasMore ? String(requests.at(-1)?.sequence) : null,
    };
  });
  add(wire.readApproval, async ({ params, query, caller, request }) => {
    const gone = new AbortController();
    request.raw.on('close', () => gone.abort());
    const { record } = await inbox.wait(params.id, caller, (query.wait ?? 0) * 1000, gone.signal);
    return toWire(record);
  });
  add(wire.decideApproval, async ({ params, body, caller }) => {
    const { record } = await inbox.decide(params.id, body.approved, body.always ?? false, caller);
    if (body.always === true) await fleet.refresh();
    return toWire(record);
  });
  add(wire.useApproval, async ({ params, body, caller }) =>
    toWire((await inbox.use(params.id, body.binding, caller)).record),
  );
  add(wire.withdrawApproval, async ({ params, caller }) => toWire((await inbox.withdraw(params.id, caller)).record));
}

function toWire(record: ApprovalRecord): wire.WireApproval {
  const { principal, useBy, settledAt, approver } = record;
  return {
    id: record.id,
    state: record.state,
    binding: record.binding,
    server: record.server,
    tool: record.tool,
    arguments: record.arguments,
    principal: {
      agent: principal.agent,
      user: principal.user,
      // Approvers are told names alone.
      attributes: {},
      self_declared: principal.selfDeclared,
    },
    reason: record.reason,
    rule_name: record.ruleName ?? null,
    policy_id: record.policyId ?? null,
    risk: record.risk ?? null,
    approvers: [...record.approvers],
    requested_at: toIso(record.requestedAt),
    decide_by: toIso(record.decideBy),
    use_by: useBy === undefined ? null : toIso(useBy),
    settled_at: settledAt === undefined ? null : toIso(settledAt),
    decided_by: approver === '' ? null : approver,
  };
}

function toRecord(body: wire.ApprovalInput, now: number): ApprovalRecord {
  const { principal } = body;
  return {
    id: body.id?.toLowerCase() ?? uuidV7(now),
    state: 'pending',
    binding: body.binding,
    server: body.server,
    tool: body.tool,
    arguments: body.arguments,
    principal: {
      agent: principal.agent,
      user: principal.user,
      selfDeclared: principal.self_declared ?? false,
    },
    reason: body.reason,
    ruleName: body.rule_name ?? undefined,
    policyId: body.policy_id ?? undefined,
    risk: body.risk ?? undefined,
    approvers: body.approvers ?? [],
    requestedAt: now,
    decideBy: now + (body.decide_within_ms ?? DECIDE_MS),
    useForMs: body.use_within_ms ?? DEFAULT_USE_MS,
    useBy: undefined,
    settledAt: undefined,
    approver: '',
  };
}

function toSequence(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw new Problem('invalid_request', 'cursor: give back the one of the page before.');
  return Number(cursor);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
