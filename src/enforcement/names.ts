/** `mcp:{server}:{tool}`, or `mcp:{tool}` without a server name; a colon inside a segment is percent-encoded. */
export function toPolicyId(server: string | undefined, tool: string): string {
  return server === undefined ? `mcp:${segment(tool)}` : `mcp:${segment(server)}:${segment(tool)}`;
}

/** `tools/call {tool}`, or `tools/call {server}:{tool}` where spans name the server. */
export function toSpanName(server: string | undefined, tool: string): string {
  return server === undefined || server === '' ? `tools/call ${tool}` : `tools/call ${segment(server)}:${tool}`;
}

function segment(name: string): string {
  return name.replaceAll('%', '%25').replaceAll(':', '%3A');
}
