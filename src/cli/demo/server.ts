import process from 'node:process';
import { createDocumentsServer } from './documents-server.js';
import { createPaymentsServer } from './payments-server.js';

// The parent is gone, however it went, and perhaps before we came here: nobody is left to serve.
const leave = (): void => process.exit(0);
process.on('disconnect', leave);
if (process.send !== undefined && !process.connected) leave();

const server = process.argv[2] === 'payments' ? createPaymentsServer() : createDocumentsServer();
await server.start({ transportType: 'stdio' });
