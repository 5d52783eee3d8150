import { fileURLToPath } from 'node:url';

/** What this program is started by where its files lie. */
const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/** How many words may stand before `proxy`: `cmd /c npx -y mcp-governance`. */
const MOST_BEFORE = 5;
const VALUED = ['--server-name', '--policy', '--config', '--header-env', '--target'];

/** How a server is put behind the proxy: what `wrap` was told. */
export interface Wrapping {
  /** True: by the path of this installation, not by what npx finds. */
  readonly local: boolean;
  /** Absolute path of a policy; undefined: none is named. */
  readonly policy: string | undefined;
  /** Absolute path of a configuration of the proxy; undefined: none is named. */
  readonly config: string | undefined;
}

/** A command that starts the proxy before one server. */
export interface ProxyCommand {
  /** Everything from the program to its last own option; what it is before stands behind. */
  readonly head: readonly string[];
  /** Header by environment variable. */
  readonly headers: ReadonlyMap<string, string>;
  /** How many words stand before the upstream's: its address, or its command. */
  readonly upstreamAt: number;
  readonly upstream: 'command' | 'remote';
}

/** The words that start the proxy before the server of that name, up to what it is before. */
export function proxyHead(name: string, { local, policy, config }: Wrapping): readonly string[] {
  const program = local ? [process.execPath, MAIN] : ['npx', '-y', 'mcp-governance'];
  return [
    ...program,
    'proxy',
    ...option('--server-name', name),
    ...(policy === undefined ? [] : option('--policy', policy)),
    ...(config === undefined ? [] : option('--config', config)),
  ];
}

/** An option and its value; what begins like an option itself has to stand in the same word. */
function option(name: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value];
}

/**
 * Reads a command that may start the proxy.
 *
 * @returns `undefined` where it starts something else; `'other'` for a proxy that `wrap` did not write.
 */
export function readProxyCommand(words: readonly string[]): ProxyCommand | 'other' | undefined {
  const at = words.findIndex((word, index) => word === 'proxy' && isProgram(words[index - 1]));
  if (at < 1 || at > MOST_BEFORE) return undefined;
  const headers = new Map<string, string>();
  let headEnd: number | undefined;
  for (let index = at + 1; index < words.length;) {
    const word = words[index] as string;
    if (word === '--') {
      const upstreamAt = index + 1;
      if (upstreamAt >= words.length || headers.size > 0) return 'other';
      return { head: words.slice(0, index), headers, upstreamAt, upstream: 'command' };
    }
    const name = VALUED.find((each) => word === each || word.startsWith(`${each}=`));
    if (name === undefined) return 'other';
    const inOne = word.length > name.length;
    const value = inOne ? word.slice(name.length + 1) : words[index + 1];
    if (value === undefined) return 'other';
    if (name === '--target') {
      if (inOne || index + 2 !== words.length) return 'other';
      return { head: words.slice(0, headEnd ?? index), headers, upstreamAt: index + 1, upstream: 'remote' };
    }
    if (name === '--header-env') {
      headEnd ??= index;
      const [header = '', variable = ''] = value.split('=', 2);
      headers.set(variable, header);
    } else if (headEnd !== undefined) return 'other';
    index += inOne ? 1 : 2;
  }
  return 'other';
}

function isProgram(word: string | undefined): boolean {
  if (word === undefined) return false;
  if (word === MAIN) return true;
  return /(?:^|[\\/])mcp-governance(?:@[\w.^~-]+)?(?:\.cmd|\.exe|[\\/]dist[\\/]cli[\\/]main\.js)?$/.test(word);
}
