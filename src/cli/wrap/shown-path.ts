import { pathText } from '../../policy/loading/place.js';
import { RegexPIIScanner } from '../../pii/regex-pii-scanner.js';
import { shownWord } from '../scan/harmless.js';

const scanner = new RegexPIIScanner();

/** The keys that lead to a place as they may be shown: people do name a server after what it needs. */
export function shownPath(path: readonly string[]): string {
  return pathText(path.map((key) => shownWord(key, scanner)));
}
