import type { Client } from 'pg';
import type { Clock } from '../../call/clock.js';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5000;

/** What a listener tells. */
export interface ListenerCallbacks {
  readonly onMessage: (text: string) => void;
  /** Connected again: what was sent in between is lost. */
  readonly onConnect: () => void;
  readonly log: (message: string) => void;
}

/**
 * Listens on a channel of PostgreSQL with a connection of its own, which is made anew whenever it is lost.
 *
 * @returns Ends it.
 * @throws Where the first connection cannot be made.
 */
export async function listenOn(
  channel: string,
  connect: () => Client,
  clock: Clock,
  { onMessage, onConnect, log }: ListenerCallbacks,
): Promise<() => Promise<void>> {
  let stopped = false;
  let current: Client | undefined;
  let waitMs = FIRST_WAIT_MS;
  let cancelWait = (): void => undefined;

  const open = async (): Promise<void> => {
    const client = connect();
    let lost = false;
    const lose = (): void => {
      if (lost || stopped) return;
      lost = true;
      current = undefined;
      log('the connection that listens to PostgreSQL was lost');
      again();
    };
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ payload = '' }) => onMessage(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    } catch (fault) {
      lost = true;
      client.end().catch(() => undefined);
      throw fault;
    }
    if (stopped) await client.end();
    else current = client;
    waitMs = FIRST_WAIT_MS;
  };

  const again = (): void => {
    cancelWait = clock.after(waitMs, () => {
      open().then(onConnect, () => {
        if (!stopped) again();
      });
    });
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };

  await open();
  return async () => {
    stopped = true;
    cancelWait();
    await current?.end();
  };
}
