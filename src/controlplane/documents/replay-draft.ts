import type { AuditLogger } from '../../audit/audit-logger.js';
import type { Decision } from '../../call/decision.js';
import { FleetPolicy } from '../../policy/fleet/fleet-policy.js';
import type { PolicyEngine } from '../../policy/engine.js';
import { Policy } from '../../policy/policy.js';
import type { Subject } from '../../policy/subject.js';
import { type Replay, replayEvents } from '../../policy/tools/replay-events.js';
import type { FleetState } from '../decisions/fleet.js';
import { UNMATCHED } from '../decisions/unmatched.js';
import { loadDocument } from './document-store.js';

/** Which recorded calls are decided once more. */
export interface ReplayChoice {
  /** The moment from which on, in ISO 8601; undefined: all that are kept. */
  readonly since?: string | undefined;
  /** Most calls, the newest first. */
  readonly limit: number;
}

/**
 * Decides recorded calls once more, by all policies as they are and a draft in place of the policy document.
 *
 * @param text - The draft; empty: no document.
 * @throws Problem for a draft that cannot be used.
 */
export async function replayDraft(
  state: FleetState,
  record: AuditLogger,
  text: string,
  { since, limit }: ReplayChoice,
): Promise<Replay> {
  const draft = await draftOf(state, text);
  const { events } = await record.getLog({ since, limit });
  return replayEvents(draft, events);
}

async function draftOf({ snapshot, policy }: FleetState, text: string): Promise<Policy> {
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
