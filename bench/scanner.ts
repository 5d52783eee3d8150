// Claim: the scanner, with all that it looks for, is as fast as eleven plain patterns, at every size of ordinary JSON.
import { RegexPIIScanner } from 'mcp-governance';
import { ordinaryCode, ordinaryJson, ordinaryProse } from './fixtures/ordinary-texts.js';
import { plainScan } from './fixtures/plain-scanner.js';
import { compare, print, type Variant } from './harness.js';

const KB = 1_000;
const MB = 1_000 * KB;
/** So much text is scanned in one measured run, at least: the clock and the wait for a promise are not what is meant. */
const LEAST = 20 * KB;

const scanner = new RegexPIIScanner();
/** What was found, counted: an answer that nobody reads need not be worked out. */
let found = 0;

async function compareOn(name: string, text: string, claimed: boolean): Promise<void> {
  const times = Math.ceil(LEAST / text.length);
  const measured = text.length * times;
  const repeat =
    (scan: (text: string) => readonly unknown[]): Variant =>
    async () => {
      for (let time = 0; time < times; time++) found += scan(text).length;
    };
  const ours = repeat((each) => scanner.scan(each));
  const rounds = text.length >= MB ? 15 : text.length >= 100 * KB ? 200 : 1_000;
  const report = await compare(
    name,
    { base: repeat(plainScan), control: repeat(plainScan), ours },
    claimed ? [{ variant: 'ours', atMost: 1, aim: 0.67 }] : [],
    { rounds, turn: 1, warmUp: Math.ceil(rounds / 4) },
  );
  print(report);
  if (process.env['BENCH_JSON']) return;
  const speed = (variant: string): string => `${(measured / (report.p50[variant] as number)).toFixed(0)} MB/s`;
  const ratio = (report.p50['base'] as number) / (report.p50['ours'] as number);
  console.log(`  plain ${speed('base')}, ours ${speed('ours')}: ${ratio.toFixed(2)} times as fast`);
}

for (const [size, length] of [
  ['1 KB', KB],
  ['100 KB', 100 * KB],
  ['10 MB', 10 * MB],
] as const) {
  await compareOn(`Scanning ${size} of JSON, against eleven plain patterns`, ordinaryJson(length), true);
}
await compareOn('Scanning 100 KB of prose (no claim)', ordinaryProse(100 * KB), false);
await compareOn('Scanning 100 KB of source code (no claim)', ordinaryCode(100 * KB), false);
if (!process.env['BENCH_JSON']) console.log(`\n${found} findings were counted on the way.`);
