// Claim: no text takes the scanner longer than its length; four times the text at most five times as long, and 32 KB of
// anything at most 5 ms.
import fc from 'fast-check';
import { RegexPIIScanner } from 'mcp-governance';
import { HOSTILE_UNITS, hostileUnit, repeated } from './fixtures/hostile.js';

const KB = 1_024;
const SMALL = 32 * KB;
const MOST_MS = 5;
const MOST_GROWTH = 5;
/** What is slower than this at the first look is measured again. */
const SLOW_MS = 2;
const SEARCHED = 4_000;
const SHOWN = 10;
const seed = Number(process.env['BENCH_SEED'] ?? 20_260_501);

interface Measured {
  readonly unit: string;
  readonly milliseconds: number;
  /** The worst of 32 KB to 128 KB and 128 KB to 512 KB. */
  readonly growth: number;
}

const scanner = new RegexPIIScanner();

/** Milliseconds of processor time that this process has used: what other processes do is not in them. */
function clock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The shortest of several runs, as many as go into some milliseconds: noise only ever adds. */
function shortest(text: string, patience: number, leastRuns = 3): number {
  let best = Infinity;
  let spent = 0;
  for (let run = 0; run < leastRuns || spent < patience; run++) {
    const started = clock();
    scanner.scan(text);
    const took = clock() - started;
    best = Math.min(best, took);
    spent += took;
  }
  return best;
}

/** Four times the text against the text; what takes next to no time counts as a fifth of what it may take. */
function growthOf(unit: string, length: number): number {
  const least = (MOST_MS / 5) * (length / SMALL);
  const ratio = (patience: number): number =>
    shortest(repeated(unit, length, 4), 2 * patience) / Math.max(least, shortest(repeated(unit, length), patience));
  const first = ratio(5);
  // The garbage of others looks like growth; growth itself is there every time.
  return first <= MOST_GROWTH ? first : Math.min(first, ratio(50), ratio(100));
}

function measure(unit: string): Measured {
  const text = repeated(unit, SMALL);
  const first = shortest(text, 10);
  return {
    unit,
    milliseconds: first <= MOST_MS ? first : Math.min(first, shortest(text, 200)),
    growth: Math.max(growthOf(unit, SMALL), growthOf(unit, 4 * SMALL)),
  };
}

function searched(): Measured[] {
  const units = new Set(fc.sample(hostileUnit, { numRuns: SEARCHED, seed }));
  const looked = [...units].map((unit) => ({ unit, milliseconds: shortest(repeated(unit, SMALL), 0, 2) }));
  looked.sort((left, right) => right.milliseconds - left.milliseconds);
  const slow = looked.filter(({ milliseconds }, at) => at < SHOWN || milliseconds > SLOW_MS).slice(0, 3 * SHOWN);
  return slow.map(({ unit }) => measure(unit));
}

function print(title: string, all: readonly Measured[]): void {
  const slowest = [...all].sort((left, right) => right.milliseconds - left.milliseconds);
  const steepest = [...all].sort((left, right) => right.growth - left.growth);
  const bad = all.filter(({ milliseconds, growth }) => milliseconds > MOST_MS || growth > MOST_GROWTH);
  if (process.env['BENCH_JSON']) {
    const [slow, steep] = [slowest[0], steepest[0]];
    console.log(JSON.stringify({ name: title, units: all.length, seed, slow, steep, holds: bad.length === 0 }));
  } else {
    console.log(`\n${title}`);
    const listed = new Set([...slowest.slice(0, SHOWN), ...steepest.slice(0, 3), ...bad]);
    for (const { unit, milliseconds, growth } of listed) {
      console.log(`  ${milliseconds.toFixed(2).padStart(6)} ms  x${growth.toFixed(2)}  ${JSON.stringify(unit)}`);
    }
    console.log(`  at most ${MOST_MS} ms a 32 KB and x${MOST_GROWTH} for four times the text: ${verdict(bad.length)}`);
  }
  if (bad.length > 0) process.exitCode = 1;
}

function verdict(bad: number): string {
  return bad === 0 ? 'holds' : `DOES NOT HOLD for ${bad}`;
}

// All code is to be compiled before anything is measured.
for (let round = 0; round < 10; round++) for (const unit of HOSTILE_UNITS) scanner.scan(repeated(unit, 2 * KB));
print(`Growth of the scanner on ${HOSTILE_UNITS.length} hostile texts`, HOSTILE_UNITS.map(measure));
print(`The worst of ${SEARCHED} generated units (BENCH_SEED=${seed})`, searched());
