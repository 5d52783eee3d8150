import { UsageError } from '../command.js';
import { type Flags, type GivenFlags, parseFlagsAndWords } from '../parse-flags.js';

/**
 * Reads the flags of a command about one file and some of its servers.
 *
 * @throws UsageError for what cannot be understood, and for more than one file.
 */
export function parseWordsAndServers<F extends Flags>(
  args: readonly string[],
  flags: F,
): { readonly given: GivenFlags<F>; readonly words: readonly string[]; readonly servers: readonly string[] } {
  const { given, words } = parseFlagsAndWords(args, { ...flags, server: { type: 'string', multiple: true } });
  if (words.length > 1) throw new UsageError('one file at a time');
  const { server } = given as { readonly server?: string | readonly string[] };
  return { given: given, words, servers: [server ?? []].flat() };
}
