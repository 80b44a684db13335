#!/usr/bin/env node
/** The command line: `npm run -s cli -- COMMAND` in a checkout, `prefixwise COMMAND` once installed. */
import { runProgram } from '../lib/cli/program.ts';

// A reader such as `head` that has seen enough is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runProgram(process.argv.slice(2), process);
