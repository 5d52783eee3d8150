/**
 * True for the address of one Redis or Valkey: `redis://` or `rediss://`, a host, and at most the number of a database.
 *
 * Texts about an address that is wrong must not quote it: it may hold a password.
 */
export function isRedisUrl(text: string): boolean {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { hostname, pathname } = new URL(text);
  return hostname !== '' && /^\/?\d{0,5}$/.test(pathname);
}
