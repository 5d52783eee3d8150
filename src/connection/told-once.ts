import type { Clock } from '../call/clock.js';

const AGAIN_MS = 60_000;

/**
 * Tells of a fault when it is new, and once a minute while it lasts: a controlplane that is away for a night is not to fill
 * a disk with that.
 */
export function toldOnce<P extends string>(
  clock: Clock,
  tell: (part: P, fault: unknown) => void,
): (part: P, fault: unknown) => void {
  const told = new Map<P, { readonly text: string; readonly at: number }>();
  return (part, fault) => {
    const text = fault instanceof Error ? `${fault.name} ${fault.message}` : '';
    const before = told.get(part);
    const now = clock.elapsed();
    if (before?.text === text && now - before.at < AGAIN_MS) return;
    told.set(part, { text, at: now });
    tell(part, fault);
  };
}
