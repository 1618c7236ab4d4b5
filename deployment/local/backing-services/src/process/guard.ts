import { spawn } from 'node:child_process';

/**
 * Waits for one line on standard input. A line means the server was stopped in good order; the end of input means
 * this process is gone, however it ended (kill -9 too), and then the server is asked to end, and made to after 10 s.
 */
const SCRIPT = `
if read -r word; then exit 0; fi
kill -s "$2" "$1" 2>/dev/null || exit 0
n=0
while kill -0 "$1" 2>/dev/null; do
  n=$((n+1)); [ "$n" -ge 100 ] && { kill -KILL "$1"; exit 0; }
  sleep 0.1
done`;

/**
 * Ties the life of process `pid` to the life of this one, with a small shell process in between.
 * @returns a function that ends the tie without touching the process
 */
export function guard(pid: number, signal: NodeJS.Signals): () => void {
  const watcher = spawn('/bin/sh', ['-c', SCRIPT, 'guard', String(pid), signal.replace('SIG', '')], {
    // Its own group: Ctrl-C reaches only this process, which then stops its servers in order.
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  if ('unref' in watcher.stdin && typeof watcher.stdin.unref === 'function') {
    watcher.stdin.unref();
  }
  // The watcher may already have ended when the server is stopped; the pipe then reports it, and nothing is lost.
  watcher.stdin.on('error', () => undefined);
  return () => watcher.stdin.end('stopped\n');
}
