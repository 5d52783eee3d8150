/** What stands between the name of a server and that of a tool: names of servers hold no `__` and do not end in `_`. */
export const SEPARATOR = '__';

/** The name of a tool or a prompt as clients know it behind one endpoint. */
export function prefixed(server: string, name: string): string {
  return `${server}${SEPARATOR}${name}`;
}

/** Takes such a name apart; undefined for one that begins with no known server. */
export function splitName(
  name: unknown,
  servers: readonly string[],
): { readonly at: number; readonly name: string } | undefined {
  if (typeof name !== 'string') return undefined;
  const at = servers.findIndex((server) => name.startsWith(`${server}${SEPARATOR}`));
  return at < 0 ? undefined : { at, name: name.slice((servers[at] ?? '').length + SEPARATOR.length) };
}

/** True for the name of one of several servers: where it ends, and a tool's begins, has to be plain. */
export function isMemberName(name: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]|_(?!_|$)){0,63}$/.test(name);
}
