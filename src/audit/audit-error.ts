/** The record cannot be written or read; the text says why and what to do, and quotes nothing of it. */
export class AuditError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AuditError';
  }
}
