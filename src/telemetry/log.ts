const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

/** How grave a line is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Writes one line to standard error, if `MCP_GOVERNANCE_LOG_LEVEL` (default `warn`) lets it.
 *
 * Never to standard output, which belongs to the protocol where stdio is the transport. The text must hold no argument
 * and no matched value.
 */
export function log(level: LogLevel, text: string): void {
  const wanted = LEVELS.indexOf(process.env['MCP_GOVERNANCE_LOG_LEVEL'] ?? 'warn');
  if (LEVELS.indexOf(level) < (wanted < 0 ? 2 : wanted)) return;
  // One line is one entry: names of tools and policies must not be able to forge another.
  process.stderr.write(`mcp-governance ${level}: ${text.replace(/\p{Cc}/gu, ' ')}\n`);
}

/** The name and code of a fault, without its text: faults may quote what they choked on. */
export function describeFault(fault: unknown): string {
  if (!(fault instanceof Error)) return `a thrown ${typeof fault}`;
  const { code, name } = fault as { code?: unknown; name: unknown };
  const called = typeof name === 'string' && /^\w{1,60}$/.test(name) ? name : 'Error';
  const known = typeof code === 'string' ? /^\w{1,40}$/.test(code) : Number.isSafeInteger(code);
  return known ? `${called} (${String(code)})` : called;
}
