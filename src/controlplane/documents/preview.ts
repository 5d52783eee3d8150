import type { AuditLogger } from '../../audit/audit-logger.js';
import type { Decision } from '../../call/decision.js';
import { FleetPolicy } from '../../policy/fleet/fleet-policy.js';
import type { PolicyEngine } from '../../policy/engine.js';
import { Policy } from '../../policy/policy.js';
import type { Subject } from '../../policy/subject.js';
import { replayEvents } from '../../policy/tools/replay-events.js';
import { preview } from '../../wire/documents.js';
import type { Fleet } from '../decisions/fleet.js';
import { UNMATCHED } from '../decisions/unmatched.js';
import type { AddRoute } from '../http/route.js';
import { loadDocument } from './document-store.js';

const CALLS = 1000;

/** Answers what a draft of the policy document would have done to recorded calls. */
export function addPreviewRoute(add: AddRoute, fleet: Fleet, record: AuditLogger): void {
  add(preview, async ({ body }) => {
    const { text, since, limit = CALLS } = body;
    const draft = await draftOf(fleet, text);
    const { events } = await record.getLog({ since, limit });
    const { calls, undecided, withoutParams, flips } = replayEvents(draft, events);
    const shown = flips.map(({ server, tool, from, to, rule, count }) => ({ server, tool, from, to, rule, count }));
    return { calls, undecided, without_params: withoutParams, flips: shown };
  });
}

/** All policies as they are, with the draft in place of the document. */
async function draftOf(fleet: Fleet, text: string): Promise<Policy> {
  const { snapshot, policy } = fleet.state;
  const others = snapshot.layers.filter(({ name }) => name !== 'document');
  const document = text === '' ? undefined : { ...(await loadDocument(text)).document };
  const layers = document === undefined ? others : [{ name: 'document', document }, ...others];
  return new Policy(new LettingPass(await FleetPolicy.load({ ...snapshot, layers }, policy)));
}

/** What a fleet leaves to the door is taken as the reference's default: it passes. */
class LettingPass implements PolicyEngine {
  readonly name = undefined;
  readonly rules = [];
  readonly settings = [];

  constructor(private readonly fleet: FleetPolicy) {}

  get revision(): string {
    return this.fleet.revision;
  }

  opinion(subject: Subject): Decision {
    return this.fleet.opinion(subject) ?? UNMATCHED;
  }

  explain(subject: Subject): ReturnType<PolicyEngine['explain']> {
    return this.fleet.explain(subject);
  }

  settingsFor(): [] {
    return [];
  }
}
