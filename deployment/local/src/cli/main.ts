import { runCommandLine } from './run-command.js';

process.exit(await runCommandLine(process.argv.slice(2)));
