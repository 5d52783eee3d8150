/** The name that a server gave itself; empty where it could pass for the end of a line or is beyond all measure. */
export function readServerName(said: unknown): string {
  return typeof said === 'string' && said.length <= 256 && !/\p{Cc}/u.test(said) ? said : '';
}
