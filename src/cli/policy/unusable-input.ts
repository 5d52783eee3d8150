/** A file or a value cannot be used; the text says which, why and what to do, line by line, without a line break at its end. */
export class UnusableInput extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnusableInput';
  }
}
