import type { Host } from './hosts/host.js';
import type { ApprovalHandler } from '../../src/approval/approval.js';
import type { Decision } from '../../src/call/decision.js';
import type { PIIScanner } from '../../src/call/finding.js';
import type { GovernanceOptions } from '../../src/config/options.js';

/** Something that goes wrong inside governance before the tool runs. */
export interface Fault {
  readonly title: string;
  readonly options: GovernanceOptions;
  /** Whether `failOpen` covers it: then the call passes where it is on, and is refused where it is off. */
  readonly covered: boolean;
  /** The code of the refusal. */
  readonly code: string;
  /** Milliseconds after which the part that does not answer is given up. */
  readonly waitMs?: number;
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
const boom = (): never => {
  throw new Error('boom');
};

function policy(title: string, decide: () => unknown, rest: Partial<Fault> = {}): Fault {
  const options = { policy: { decide: decide as () => Decision } };
  return { title: `decision point ${title}`, options, covered: true, code: 'governance_failure', ...rest };
}

/** The scanner misbehaves for arguments only. */
function scanner(title: string, scan: () => unknown, rest: Partial<Fault> = {}): Fault {
  const piiScanner = { scan: (_text, context) => (context?.direction === 'input' ? scan() : []) } as PIIScanner;
  return { title: `scanner ${title}`, options: { piiScanner }, covered: true, code: 'governance_failure', ...rest };
}

function approver(title: string, answer: () => unknown, rest: Partial<Fault> = {}): Fault {
  const options = { toolConfigs: { '*': { approvalRequired: true } }, onPolicyBlock: answer as ApprovalHandler };
  return { title: `approval handler ${title}`, options, covered: false, code: 'approval_denied', ...rest };
}

function identify(title: string, answer: () => unknown): Fault {
  const options = { identify: answer as NonNullable<GovernanceOptions['identify']> };
  return { title: `identify ${title}`, options, covered: false, code: 'governance_failure' };
}

const UNKNOWN: Partial<Fault> = { covered: false, code: 'unknown_action' };

/** Every way in which a stage can fail before the tool. */
const FAULTS: readonly Fault[] = [
  policy('throws', boom),
  policy('throws what is no Error', () => {
    throw 'boom';
  }),
  policy('rejects', () => Promise.reject(new Error('boom'))),
  policy('does not answer', never, { waitMs: 500 }),
  policy("answers 'ALLOW '", () => ({ action: 'ALLOW ' }), UNKNOWN),
  policy("answers 'Allow' late", () => Promise.resolve({ action: 'Allow' }), UNKNOWN),
  policy("answers 'toString'", () => ({ action: 'toString' }), UNKNOWN),
  policy('answers nothing', () => undefined, UNKNOWN),
  policy('answers true', () => true, UNKNOWN),
  policy('answers a list', () => [{ action: 'allow' }], UNKNOWN),
  scanner('throws', boom),
  scanner('rejects', () => Promise.reject(new Error('boom'))),
  scanner('does not answer', never, { waitMs: 1000 }),
  scanner('answers nothing', () => undefined),
  scanner('answers a finding outside of the text', () => [{ type: 'ssn', category: 'pii', start: -5, end: 9e9 }]),
  identify('throws', boom),
  identify('answers nothing', () => undefined),
  identify('answers with a promise', () => Promise.resolve({ agent: 'a' })),
  approver('throws', boom),
  approver('rejects', () => Promise.reject(new Error('boom'))),
  approver('answers true', () => true),
  approver('answers nothing', () => undefined),
  approver("answers 'approved'", () => 'approved'),
  approver("answers { approved: 'yes' }", () => ({ approved: 'yes' })),
  approver('answers { approved: true, timedOut: true }', () => ({ approved: true, timedOut: true }), {
    code: 'approval_timeout',
  }),
  approver('does not answer', never, { waitMs: 300_000, code: 'approval_timeout' }),
];

/** The faults that a door can have: a client is told who calls. */
export function faultsOf({ client }: Host): readonly Fault[] {
  return client === true ? FAULTS.filter(({ options }) => options.identify === undefined) : FAULTS;
}

/** The options of a fault under a `failOpen`. */
export function optionsOf(fault: Fault, failOpen: boolean): GovernanceOptions {
  return { ...fault.options, policyConfig: { ...fault.options.policyConfig, failOpen } };
}

/** Waits, without moving time, until something has become true. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
