import { jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/call/clock.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { ToolFilter } from '../../src/tool-filter.js';

// A service, its database and a door take their time on a machine that has other things to do.
jest.setTimeout(60_000);

const opened = new Set<ToolFilter>();

/** Closes every door of this file: one that a failed test left open would outlive its service and the test run. */
export async function closeDoors(): Promise<void> {
  await Promise.all([...opened].map((filter) => filter.close()));
  opened.clear();
}

/** A folder for what connected doors keep. */
export function stateFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'mcp-governance-door-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A door that is connected to a service of its own test. */
export interface ConnectedDoor {
  readonly filter: ToolFilter;
  /** How often tools ran. */
  readonly ran: () => number;
  /** Calls a tool: its result, or the code of the refusal. */
  call(tool: string, args?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

/** Opens a door, for `closeDoors` to close at the end; it runs from sources, which cannot start threads. */
export function openDoor(options: GovernanceOptions, state: string, clock?: Clock): ConnectedDoor {
  const internals = { env: { XDG_STATE_HOME: state }, auditThread: false, ...(clock === undefined ? {} : { clock }) };
  const filter = new ToolFilter({ serverName: 'files', ...options }, internals);
  opened.add(filter);
  let ran = 0;
  return {
    filter,
    ran: () => ran,
    call: async (tool, args = {}) => {
      try {
        return await filter.call({ tool, arguments: args, principal: { agent: 'agent-1', user: 'ann' } }, () => {
          ran++;
          return 'ran';
        });
      } catch (refusal) {
        return (refusal as { code: string }).code;
      }
    },
    close: () => filter.close(),
  };
}
