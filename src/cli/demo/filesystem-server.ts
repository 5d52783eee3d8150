import { z } from 'zod';
import { FastMCP } from '../../fastmcp/index.js';
import { GovernanceMiddleware } from '../../index.js';
import type { GovernedServer } from './governed-server.js';
import { reportingMiddleware, reportingSink, reportRevisions } from './report.js';

const byPath = z.object({ path: z.string() });

/** A server of files: nothing in its code governs it, and its environment connects it to a controlplane. */
export function createFilesystemServer(): GovernedServer {
  const server = new FastMCP({ name: 'filesystem', version: '1.0.0' });
  const governance = new GovernanceMiddleware({ audit: reportingSink });
  server.addMiddleware(governance);
  server.addMiddleware(reportingMiddleware);
  reportRevisions(governance);
  server.addTool({ name: 'list_directory', execute: async () => 'report.txt' });
  server.addTool({ name: 'read_file', parameters: byPath, execute: async ({ path }) => `The text of ${path}.` });
  server.addTool({ name: 'delete_file', parameters: byPath, execute: async ({ path }) => `${path} is gone.` });
  server.addTool({
    name: 'write_file',
    parameters: byPath.extend({ content: z.string() }),
    execute: async ({ path }) => `${path} is written.`,
  });
  server.addTool({
    name: 'move_file',
    parameters: z.object({ source: z.string(), destination: z.string() }),
    execute: async ({ source, destination }) => `${source} is ${destination} now.`,
  });
  return { server, governance };
}
