import process from 'node:process';
import { createDocumentsServer } from './documents-server.js';
import { createFilesystemServer } from './filesystem-server.js';
import type { GovernedServer } from './governed-server.js';
import { createPaymentsServer } from './payments-server.js';
import type { ServerName } from './settings.js';

const SERVERS: Readonly<Record<ServerName, () => GovernedServer>> = {
  documents: createDocumentsServer,
  payments: createPaymentsServer,
  filesystem: createFilesystemServer,
};

// The parent is gone, however it went, and perhaps before we came here: nobody is left to serve.
if (process.send !== undefined && !process.connected) process.exit(0);

const { server, governance } = (SERVERS[process.argv[2] as ServerName] ?? createDocumentsServer)();
process.on('disconnect', () => {
  // What is left of the record is delivered first.
  void governance.close().finally(() => process.exit(0));
});
await server.start({ transportType: 'stdio' });
