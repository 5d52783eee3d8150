/**
 * What went wrong between a door and its controlplane.
 *
 * `unreachable`: no connection, or it broke. `timeout`: no whole answer in time. `refused`: 401 or 403, so that the key is
 * wrong. `declined`: the service says that this very request cannot be. `busy`: 408, 429 or 5xx. `unusable`: an answer that
 * is none. `open`: it was not even asked, because it did not answer before.
 */
export type FaultKind = 'unreachable' | 'timeout' | 'refused' | 'declined' | 'busy' | 'unusable' | 'open';

/** A request to a controlplane that came to nothing; the text is for people and quotes nothing of an answer. */
export class ConnectionFault extends Error {
  /** For the log, which says names and codes alone. */
  readonly code: string;
  readonly kind: FaultKind;
  /** The status that was answered; undefined where none was. */
  readonly status: number | undefined;
  /** How long the service wants to be left alone; undefined where it said nothing of that. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: FaultKind,
    message: string,
    {
      code = kind,
      status,
      retryAfterMs,
    }: { code?: string; status?: number | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.name = 'ConnectionFault';
    this.kind = kind;
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Codes of answers that came, in the service's own format, and that nothing can be made of. */
const ANSWERED = ['schema', 'ambiguous', 'snapshot'];

/** Whether an answer came that cannot be worked with: that must never pass for a service that is away. */
export function wasAnswered(fault: ConnectionFault): boolean {
  return fault.kind === 'unusable' && ANSWERED.includes(fault.code);
}

/** The fault that a status stands for. */
export function faultOfStatus(status: number, retryAfterMs: number | undefined): ConnectionFault {
  const kind = kindOf(status);
  const meaning: Partial<Record<FaultKind, string>> = {
    refused: 'the controlplane does not accept the key',
    declined: 'the controlplane cannot judge this request',
    busy: 'the controlplane cannot answer now',
  };
  return new ConnectionFault(kind, `${meaning[kind] ?? 'what answered is no controlplane'} (status ${status})`, {
    code: `status_${status}`,
    status,
    retryAfterMs,
  });
}

function kindOf(status: number): FaultKind {
  if (status === 401 || status === 403) return 'refused';
  if (status === 408 || status === 429 || status >= 500) return 'busy';
  // What a caller could bring about by what it sends must never pass for a service that is away.
  return [400, 409, 412, 413, 414, 422, 431].includes(status) ? 'declined' : 'unusable';
}
