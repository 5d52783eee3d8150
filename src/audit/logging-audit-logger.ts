import type { AuditEvent, Sink } from './audit-event.js';

/** What a logger of any kind offers: `console`, pino, winston and others. */
export interface LevelLogger {
  debug(line: string): unknown;
  info(line: string): unknown;
  warn(line: string): unknown;
  error(line: string): unknown;
}

const LEVELS = { low: 'debug', medium: 'info', high: 'warn', critical: 'error' } as const;

/**
 * Hands each audit event to a logger as one line of JSON, at the level of its risk: low is debug, medium info, high warn,
 * critical error; without a risk, info.
 *
 * @param logger - Keep standard output free where it belongs to the protocol: `console.debug` and `console.info` write there.
 */
export class LoggingAuditLogger implements Sink {
  readonly #logger: LevelLogger;

  constructor(logger: LevelLogger) {
    this.#logger = logger;
  }

  /** Writes one event. */
  write(event: AuditEvent): void {
    this.#logger[event.riskLevel === undefined ? 'info' : LEVELS[event.riskLevel]](JSON.stringify(event));
  }
}
