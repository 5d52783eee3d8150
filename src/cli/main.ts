#!/usr/bin/env node
import process from 'node:process';
import { runCli } from './run-cli.js';
import { processTerminal } from './terminal.js';

// Whoever reads our output may stop reading (`| head`): that is no reason to complain.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  process.exit(fault.code === 'EPIPE' ? 0 : 1);
});

// The exit code is set, not forced, so that what was written to a pipe still gets there.
process.exitCode = await runCli(process.argv.slice(2), processTerminal());
