/** Why pins cannot be used; the text says what to do, and quotes nothing of the file. */
export class PinError extends Error {
  readonly code = 'pins_unavailable';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PinError';
  }
}
