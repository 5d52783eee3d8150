import { DemoSession } from './demo-session.js';
import { type Act, playCall, type PlayedCall } from './play.js';
import type { ScenarioCall } from './scenario.js';
import type { StandaloneName } from './settings.js';

const SERVERS: readonly StandaloneName[] = ['documents', 'payments'];

/**
 * Starts the servers that stand alone, makes the calls one after the other, and ends the servers whatever happens.
 *
 * @param file - The program of the servers.
 */
export async function playStandalone(file: string, calls: readonly ScenarioCall[]): Promise<Act<PlayedCall>> {
  const opened = await Promise.allSettled(SERVERS.map((name) => DemoSession.open(file, name)));
  const sessions = new Map<StandaloneName, DemoSession>();
  for (const [at, each] of opened.entries()) {
    if (each.status === 'fulfilled') sessions.set(SERVERS[at] as StandaloneName, each.value);
  }
  try {
    const played: PlayedCall[] = [];
    const failed = opened.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    for (const call of calls) played.push(await playCall(sessions.get(call.server) as DemoSession, call));
    return { played, log: [...sessions.values()].map(({ log }) => log).join('') };
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.close()));
  }
}
