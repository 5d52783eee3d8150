// Claims: a decision does not get dearer with the number of rules, a policy compiles at the pace of reading it, and a
// policy that is swapped keeps nobody waiting.
import { stringify } from 'yaml';
import { compare, print, type Variant } from './harness.js';

interface Call {
  readonly server: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

interface Decides {
  evaluate(call: Call): { readonly action: string };
}

interface Loads {
  from(document: object): Decides;
  load(input: object | string): Promise<Decides>;
}

// The built file itself, as a path: what decides is measured, without any door before it.
const built = new URL('../../dist/policy/policy.js', import.meta.url).href;
const { Policy } = (await import(built)) as { readonly Policy: Loads };

const MANY = 100_000;
const MOST_BLOCK_MS = 20;
/** Decisions in one measured turn: a single one is shorter than the clock can tell. */
const BATCH = 200;

/** Rules with globs of all kinds; the last one matches whatever no other did. */
function documentOf(count: number): object {
  const shapes = [
    (at: number) => ({ tool: `read_${at}_*`, server: `server${at % 50}` }),
    (at: number) => ({ tool: `tool_${at}` }),
    (at: number) => ({ tool: `*_suffix${at}` }),
    (at: number) => ({ tool: `a${at}_*_b?`, server: 'server*' }),
  ];
  const rules = Array.from({ length: count - 1 }, (_, at) => ({
    name: `rule ${at}`,
    match: (shapes[at % shapes.length] as (typeof shapes)[number])(at),
    when: { 'args.limit': { lte: 1_000 } },
    action: 'allow',
  }));
  return { version: 1, rules: [...rules, { name: 'others', match: { tool: 'other_*' }, action: 'review' }] };
}

/** Calls that meet rules at the start, in the middle, at the end, and none; different for every size. */
function callsFor(count: number): Call[] {
  const places = [0, 4 * Math.floor(count / 8), 4 * Math.floor((count - 4) / 4)];
  const tools = places.flatMap((at) => [`read_${at}_x`, `tool_${at + 1}`, `x_suffix${at + 2}`, `a${at + 3}_x_bc`]);
  return [...tools, 'other_tool', 'nothing_of_the_kind'].map((tool, at) => ({
    server: `server${(places[Math.floor(at / 4)] ?? 0) % 50}`,
    tool,
    arguments: { limit: 10 },
  }));
}

/** Calls of tools that nobody has heard of, so many that nothing remembered of a tool is of any use. */
function newNamesFor(count: number): Call[] {
  const calls = callsFor(count);
  return Array.from({ length: 50_000 }, (_, at) => {
    const call = calls[at % calls.length] as Call;
    return { ...call, tool: `${call.tool}${at}` };
  });
}

function deciding(decides: Decides, calls: readonly Call[]): Variant {
  let at = 0;
  return async () => {
    for (let end = at + BATCH; at < end; at++) decides.evaluate(calls[at % calls.length] as Call);
  };
}

/** The plain way: every rule a pattern of its own, tried from the first to the last. */
function oneByOne(count: number): Decides {
  const { rules } = documentOf(count) as { readonly rules: readonly { readonly match: Record<string, string> }[] };
  const patternOf = (glob = '*'): string => glob.replaceAll('*', '.*').replaceAll('?', '.');
  const patterns = rules.map(({ match }) => new RegExp(`^${patternOf(match['server'])}:${patternOf(match['tool'])}$`));
  return {
    evaluate({ server, tool }) {
      const name = `${server}:${tool}`;
      return { action: patterns.some((pattern) => pattern.test(name)) ? 'allow' : 'review' };
    },
  };
}

/** The longest turn of the event loop, in milliseconds, while something is done in slices. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let watching = true;
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (watching) setImmediate(look);
  };
  look();
  await work();
  watching = false;
  look();
  return longest;
}

/** What the machine alone makes of slices of a millisecond that leave no garbage. */
async function idleSlices(): Promise<void> {
  for (let slice = 0; slice < 900; slice++) {
    for (const since = performance.now(); performance.now() - since < 1;);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Beyond this the machine keeps everybody waiting, whatever is measured. */
const VOID_BEYOND_MS = 8;

/**
 * Reports the longest block of a run, as the middle of several, with a control before each: a collection of garbage that
 * the machine interrupts is nobody's doing.
 */
async function reportBlock(what: string, input: object | string): Promise<void> {
  const [blocks, controls]: [number[], number[]] = [[], []];
  for (let run = 0; run < 5; run++) {
    controls.push(await longestTurn(idleSlices));
    blocks.push(await longestTurn(() => Policy.load(input)));
  }
  const [block, control] = [middle(blocks), middle(controls)];
  const name = `Longest block of the event loop while ${what} are loaded in slices`;
  const isVoid = control > VOID_BEYOND_MS;
  if (process.env['BENCH_JSON']) {
    console.log(JSON.stringify({ name, block, most: MOST_BLOCK_MS, blocks, controls, isVoid }));
  } else {
    const verdict = isVoid ? 'void: the machine is too noisy' : block <= MOST_BLOCK_MS ? 'holds' : 'DOES NOT HOLD';
    const shown = (values: readonly number[]): string => values.map((ms) => ms.toFixed(1)).join(', ');
    console.log(`\n${name}`);
    console.log(`  ${block.toFixed(1)} ms (at most ${MOST_BLOCK_MS}; runs: ${shown(blocks)}) ${verdict}`);
    console.log(`  control, slices that do nothing: ${shown(controls)} ms`);
  }
  if (!isVoid && block > MOST_BLOCK_MS) process.exitCode = 1;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

const document = documentOf(MANY);

// First of all, so that nobody waits for the garbage of what is measured later.
await reportBlock(`${MANY} rules`, document);
await reportBlock('10000 rules of a JSON text', JSON.stringify(documentOf(10_000)));
await reportBlock('10000 rules of a YAML text', stringify(documentOf(10_000)));

const few = Policy.from(documentOf(10));
const many = Policy.from(document);
for (const [names, callsOf] of [
  ['tools seen before', callsFor],
  ['tools never seen before', newNamesFor],
] as const) {
  const ten = deciding(few, callsOf(10));
  print(
    await compare(
      `A decision over ${MANY} rules against one over 10, ${names} (${BATCH} decisions a turn)`,
      { base: ten, control: ten, many: deciding(many, callsOf(MANY)) },
      [{ variant: 'many', atMost: 3, aim: 2 }],
      { rounds: 200, turn: 5, warmUp: 200 },
    ),
  );
}

const regexes = deciding(oneByOne(1_000), callsFor(1_000));
print(
  await compare(
    'A decision over 1,000 rules against regexes tried one by one',
    { base: regexes, control: regexes, policy: deciding(Policy.from(documentOf(1_000)), callsFor(1_000)) },
    [{ variant: 'policy', atMost: 1 / 20 }],
    { rounds: 40, turn: 3, warmUp: 10 },
  ),
);

const text = JSON.stringify(document);
const parsing: Variant = async () => JSON.parse(text);
print(
  await compare(
    `Compiling ${MANY} rules against JSON.parse of them`,
    { base: parsing, control: parsing, compile: async () => Policy.from(document) },
    [{ variant: 'compile', atMost: 10 }],
    { rounds: 7, turn: 1, warmUp: 1 },
  ),
);
