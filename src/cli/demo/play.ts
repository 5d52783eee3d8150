import { DemoSession } from './demo-session.js';
import { judgeCall, type Outcome } from './judge-call.js';
import type { DemoCall } from './scenario.js';
import type { ServerName } from './settings.js';

/** One line of the demo, as `--json` prints it. */
export interface DemoLine {
  readonly tool: string;
  readonly action: string;
  readonly reason: string;
  readonly outcome: Outcome;
  readonly expected: Outcome;
  /** Microseconds that governance took: measured in the server, without the tool, people and waiting. */
  readonly micros: number;
}

/** How the demo went. */
export interface DemoResult {
  readonly lines: readonly DemoLine[];
  /** What the servers said on standard error. */
  readonly log: string;
}

const SERVERS: readonly ServerName[] = ['documents', 'payments'];

/**
 * Starts the servers, makes the calls one after the other, and ends the servers whatever happens.
 *
 * @param file - The program of the servers.
 */
export async function playScenario(file: string, calls: readonly DemoCall[]): Promise<DemoResult> {
  const opened = await Promise.allSettled(SERVERS.map((name) => DemoSession.open(file, name)));
  const sessions = new Map<ServerName, DemoSession>();
  for (const [at, each] of opened.entries()) {
    if (each.status === 'fulfilled') sessions.set(SERVERS[at] as ServerName, each.value);
  }
  try {
    const lines: DemoLine[] = [];
    const failed = opened.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    for (const call of calls) lines.push(await play(call, sessions.get(call.server) as DemoSession));
    return { lines, log: [...sessions.values()].map(({ log }) => log).join('') };
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.close()));
  }
}

async function play(call: DemoCall, session: DemoSession): Promise<DemoLine> {
  const { tool, expected } = call;
  const seen = await session.call(tool, call.arguments);
  const { action, reason, outcome } = judgeCall(seen, call.withheld);
  // Without a record there is nothing but the round trip, and the line is not as expected anyway.
  const micros = Math.round((seen.event?.governanceMs ?? seen.roundTripMs) * 1000);
  return { tool, action, reason, outcome, expected, micros };
}
