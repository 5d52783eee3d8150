import { OwnFault } from './own-fault.js';
import { GovernanceFailure } from '../errors/governance-failure.js';

/** How a fault of governance is settled: the call goes on, or is refused with this failure. */
export type Settlement = 'open' | GovernanceFailure;

/**
 * Settles a fault of governance: the one place where `failOpen` is read.
 *
 * @param part - What failed, for the record.
 * @param coverable - Whether `failOpen` covers that part at all; it never covers an `OwnFault`.
 * @param report - Told of every fault.
 */
export function settleFault(
  part: string,
  fault: unknown,
  coverable: boolean,
  failOpen: boolean,
  report: (part: string, fault: unknown, open: boolean) => void,
): Settlement {
  const open = failOpen && coverable && !(fault instanceof OwnFault);
  report(part, fault, open);
  return open ? 'open' : new GovernanceFailure(part, fault);
}
