/** One way to do a thing, called many times. */
export type Variant = () => Promise<unknown>;

/** A claim: how much one variant may cost, as a multiple of the base. */
export interface Claim {
  readonly variant: string;
  readonly atMost: number;
  readonly aim?: number;
}

/** What one run of a bench measured. */
export interface BenchReport {
  readonly name: string;
  /** Median microseconds by variant. */
  readonly p50: Readonly<Record<string, number>>;
  readonly ratios: readonly { readonly claim: Claim; readonly ratio: number; readonly holds: boolean }[];
  /** The base against itself: what the machine alone makes of nothing. */
  readonly control: number;
  /** True where the control is so far from 1 that the ratios say nothing. */
  readonly isVoid: boolean;
}

const VOID_BEYOND = 0.05;

/**
 * Measures variants against a base, in turns, so that whatever the machine does it does to all of them.
 *
 * A turn is some calls in a row, because no server serves each call with another configuration than the one before.
 *
 * @param variants - `base` and `control` must do the same; the rest is measured against `base`.
 */
export async function compare(
  name: string,
  variants: Readonly<Record<string, Variant>>,
  claims: readonly Claim[],
  { rounds = 1_000, turn = 20, warmUp = 3_000 } = {},
): Promise<BenchReport> {
  const entries = Object.entries(variants);
  const samples = new Map(entries.map(([key]) => [key, new Float64Array(rounds * turn)]));
  for (let round = 0; round < warmUp; round++) for (const [, run] of entries) await run();
  for (let round = 0; round < rounds; round++) {
    // Another one begins each round: nobody always pays for the garbage of the same neighbour.
    for (let at = 0; at < entries.length; at++) {
      const [key, run] = entries[(at + round) % entries.length] as [string, Variant];
      const times = samples.get(key) as Float64Array;
      for (let call = 0; call < turn; call++) {
        const started = process.hrtime.bigint();
        await run();
        times[round * turn + call] = Number(process.hrtime.bigint() - started) / 1000;
      }
    }
  }
  const p50 = Object.fromEntries(
    [...samples].map(([key, times]) => [key, times.sort()[(rounds * turn) >> 1] as number]),
  );
  const against = (variant: string): number => (p50[variant] as number) / (p50['base'] as number);
  const control = against('control');
  return {
    name,
    p50,
    control,
    isVoid: Math.abs(control - 1) > VOID_BEYOND,
    ratios: claims.map((claim) => {
      const ratio = against(claim.variant);
      return { claim, ratio, holds: ratio <= claim.atMost };
    }),
  };
}

/** Prints a report for people, or as one line of JSON where `BENCH_JSON` is set; the exit code says whether it holds. */
export function print(report: BenchReport): void {
  if (process.env['BENCH_JSON']) {
    console.log(JSON.stringify(report));
    return;
  }
  console.log(`\n${report.name}`);
  for (const [variant, micros] of Object.entries(report.p50))
    console.log(`  ${variant.padEnd(22)} ${micros.toFixed(2)} us`);
  console.log(`  A/A control: ${report.control.toFixed(3)}${report.isVoid ? '  VOID: the machine is too noisy' : ''}`);
  for (const { claim, ratio, holds } of report.ratios) {
    const aim = claim.aim === undefined ? '' : `, aim ${said(claim.aim)}`;
    const verdict = report.isVoid ? 'void' : holds ? 'holds' : 'DOES NOT HOLD';
    console.log(
      `  ${claim.variant}: ${ratio.toFixed(claim.atMost < 0.1 ? 5 : 3)} (at most ${said(claim.atMost)}${aim}) ${verdict}`,
    );
  }
  if (!report.isVoid && report.ratios.some(({ holds }) => !holds)) process.exitCode = 1;
}

/** A small ratio is said as people do: 1/50. */
function said(ratio: number): string {
  return ratio < 0.1 ? `1/${Math.round(1 / ratio)}` : ratio.toFixed(2);
}

/** The middle of several reports of the same bench: where each run has processes of its own, one run says little. */
export function middleOf(reports: readonly BenchReport[]): BenchReport {
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
  const [first] = reports as [BenchReport];
  const control = middle(reports.map((report) => report.control));
  return {
    name: `${first.name}, the middle of ${reports.length} runs`,
    p50: Object.fromEntries(
      Object.keys(first.p50).map((variant) => [variant, middle(reports.map(({ p50 }) => p50[variant] as number))]),
    ),
    control,
    isVoid: Math.abs(control - 1) > VOID_BEYOND,
    ratios: first.ratios.map(({ claim }, at) => {
      const ratio = middle(reports.map(({ ratios }) => ratios[at]?.ratio as number));
      return { claim, ratio, holds: ratio <= claim.atMost };
    }),
  };
}
