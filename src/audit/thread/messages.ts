import { AuditError } from '../audit-error.js';
import type { Store } from '../store/store.js';

/** What the thread of a store is asked to do. */
export interface Request {
  readonly id: number;
  readonly method: keyof Store;
  readonly args: readonly unknown[];
}

/** A fault on its way between threads. */
export interface Fault {
  readonly message: string;
  readonly code: string | undefined;
  /** True: the text is one of ours. */
  readonly own: boolean;
}

/** What it answers. */
export type Answer =
  | { readonly id: number; readonly result: unknown; readonly fault?: undefined }
  | { readonly id: number; readonly fault: Fault };

/** A fault as plain data. */
export function toFault(fault: unknown): Fault {
  const { message, code } = (
    fault instanceof Error ? fault : new Error('a fault without a text')
  ) as NodeJS.ErrnoException;
  return { message, code, own: fault instanceof AuditError };
}

/** The fault again. */
export function fromFault({ message, code, own }: Fault): Error {
  return own ? new AuditError(message) : Object.assign(new Error(message), { code });
}
