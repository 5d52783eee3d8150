import type { PiiActions } from '../config/options.js';
import type { ResolvedOptions } from '../config/resolve.js';
import { ConfigError, nearest } from '../errors/config-error.js';
import { RegexPIIScanner } from '../pii/regex-pii-scanner.js';

/** Everything that options say about types of findings. */
export function actionsOf({ toolDefaults, toolConfigs }: ResolvedOptions): readonly PiiActions[] {
  return [toolDefaults.piiActions, ...toolConfigs.map(({ config }) => config.piiActions ?? {})];
}

/**
 * Refuses types that the built-in scanner does not have: a misspelt one would silently be treated like all others. A
 * scanner of the user's own has types of its own, which nobody knows.
 *
 * @throws ConfigError where there is one.
 */
export function checkTypes(named: readonly PiiActions[]): void {
  const [wrong] = unknownTypes(named);
  if (wrong === undefined) return;
  const near = nearest(wrong, RegexPIIScanner.types);
  const hint = near === '' ? '' : ` Did you mean '${near}'?`;
  throw new ConfigError(`piiActions: the scanner knows no type '${wrong}'.${hint} docs/reference/findings.md has all.`);
}

/** Types that the built-in scanner does not have, each once. */
export function unknownTypes(named: readonly PiiActions[]): readonly string[] {
  return [...new Set(named.flatMap(Object.keys))].filter((type) => !RegexPIIScanner.types.includes(type));
}
