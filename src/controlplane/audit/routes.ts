import type { AuditEvent } from '../../audit/audit-event.js';
import type { AuditLogger } from '../../audit/audit-logger.js';
import type { JsonObject } from '../../call/json.js';
import { ConfigError } from '../../errors/config-error.js';
import * as wire from '../../wire/audit.js';
import { Problem } from '../http/problem.js';
import type { AddRoute } from '../http/route.js';
import type { Intake } from './intake.js';

/** Answers what is asked about the record. */
export function addAuditRoutes(add: AddRoute, record: AuditLogger, intake: Intake): void {
  // What JSON leaves out is undefined: the record of a door and the one on the wire are the same.
  add(wire.sendAudit, async ({ body, caller }) => intake.take(body.events as unknown as readonly AuditEvent[], caller));
  add(wire.searchAudit, async ({ query }) => {
    const { session, risk, status, ...same } = query;
    try {
      const page = await record.getLog({ ...same, sessionId: session, riskLevel: risk, resultStatus: status });
      return { events: page.events as unknown as JsonObject[], cursor: page.cursor ?? null };
    } catch (fault) {
      if (fault instanceof ConfigError) throw new Problem('invalid_request', fault.message);
      throw fault;
    }
  });
  add(wire.verifyAudit, async () => ({ ...(await record.verify()) }));
}
