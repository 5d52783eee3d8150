import { fastmcp } from './fastmcp.js';
import type { Host, Running, Setup } from './host.js';
import { sdk1Low } from './sdk1-low.js';
import { sdk1 } from './sdk1.js';
import { sdk2Low } from './sdk2-low.js';
import { sdk2 } from './sdk2.js';

export * from './host.js';

/** Every host that the middleware governs. */
export const HOSTS: readonly Host[] = [fastmcp, sdk1, sdk2, sdk1Low, sdk2Low];

/** Starts servers of one host and remembers them, so that a test can close them all. */
export class Started {
  readonly #all: Running[] = [];

  constructor(private readonly host: Host) {}

  async start(setup: Setup): Promise<Running> {
    const running = await this.host.start(setup);
    this.#all.push(running);
    return running;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#all.splice(0).map((running) => running.close()));
  }
}
