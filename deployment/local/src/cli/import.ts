import { runCommandLine } from './run-command.js';

process.exit(await runCommandLine(['import', ...process.argv.slice(2)]));
