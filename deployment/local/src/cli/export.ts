import { runCommandLine } from './run-command.js';

process.exit(await runCommandLine(['export', ...process.argv.slice(2)]));
