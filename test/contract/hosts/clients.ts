import { MemorySink } from '../../../src/audit/memory-sink.js';
import { configureSession } from '../../../src/client/index.js';
import type { GovernanceOptions } from '../../../src/config/options.js';
import type { Principal } from '../../../src/call/tool-call.js';
import type { Host, Running } from './host.js';
import { sdk1 } from './sdk1.js';
import { sdk2 } from './sdk2.js';

/** A governed client before an ungoverned server of the same line. */
function clientOf(title: string, host: Host): Host {
  return {
    title,
    lowLevel: host.lowLevel,
    client: true,
    async start({ options = {}, internals, ...setup }) {
      const running = (await host.start({ ...setup, middlewares: [], plain: true })) as Running & { client: object };
      const sink = new MemorySink();
      if (setup.plain !== true) {
        configureSession(running.client, sessionOf({ audit: sink, ...options }), { env: {}, ...internals });
      }
      return { ...running, sink };
    },
  };
}

/** The options of a middleware in the words of a session. */
function sessionOf({ serverName, onPolicyBlock, identify, ...rest }: GovernanceOptions) {
  const { agent, user }: Partial<Principal> = identify?.({} as never) ?? {};
  return {
    ...(serverName !== undefined && { serverName }),
    ...(onPolicyBlock !== undefined && { onPolicyBlock }),
    governanceConfig: {
      blockMode: 'error_result' as const,
      ...(agent !== undefined && { agentName: agent }),
      ...(user !== undefined && { userId: user }),
      ...rest,
    },
  };
}

/** Every client that a session governs. */
export const CLIENTS: readonly Host[] = [clientOf('client of SDK 1.x', sdk1), clientOf('client of SDK 2.x', sdk2)];
