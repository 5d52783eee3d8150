/** The server and the tool that a policy id names; the server is empty where it names none. */
export interface PolicyIdParts {
  readonly server: string;
  readonly tool: string;
}

/**
 * Reads `mcp:{server}:{tool}`, `mcp::{tool}` or `mcp:{tool}`; in segments, `%3A` stands for `:` and `%25` for `%`.
 *
 * A tool with a bare `:` in its name is read as written, since foreign clients do not encode it.
 *
 * @returns Undefined for a text that is no policy id.
 */
export function parsePolicyId(id: string): PolicyIdParts | undefined {
  if (!id.startsWith('mcp:')) return undefined;
  const rest = id.slice('mcp:'.length);
  const colon = rest.indexOf(':');
  const server = colon < 0 ? '' : decode(rest.slice(0, colon));
  const tool = decode(rest.slice(colon + 1));
  return tool === '' ? undefined : { server, tool };
}

function decode(segment: string): string {
  return segment.replace(/%(?:25|3[Aa])/g, (written) => (written === '%25' ? '%' : ':'));
}
