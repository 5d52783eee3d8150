import leven from 'leven';
import { GovernanceError } from './governance-error.js';

/**
 * An option, an environment variable or the way governance was attached cannot be right.
 *
 * Thrown when things are built, never on the first call.
 */
export class ConfigError extends GovernanceError {
  constructor(message: string, options?: ErrorOptions) {
    super('invalid_config', message, options);
  }
}

/** The known word that is nearest to a misspelt one, as a hint for an error text; empty where none is near. */
export function nearest(word: string, known: readonly string[]): string {
  let best = '';
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of known) {
    const distance = leven(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
