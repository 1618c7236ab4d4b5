import { runCommandLine } from './run-command.js';

process.exit(await runCommandLine(['seed', ...process.argv.slice(2)]));
