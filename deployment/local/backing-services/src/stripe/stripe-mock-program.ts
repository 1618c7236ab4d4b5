import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MissingToolError } from '../backing-service.js';
import { capture, findProgram, isExecutable } from '../process/program-search.js';
import { withStartLock } from '../process/start-lock.js';

/** Validates requests against Stripe's own OpenAPI description: https://github.com/stripe/stripe-mock */
const MODULE = 'github.com/stripe/stripe-mock';
const VERSION = 'v0.203.0';
const BUILD_TIMEOUT_MS = 600_000;
/** Where Go is put by its installer, which does not always tell PATH. */
const GO_FOLDERS = ['/usr/local/go/bin', '/opt/homebrew/bin'];

/** Why stripe-mock cannot be had here, in one sentence, or undefined when it can. */
export async function findStripeMockObstacle(cacheDir: string): Promise<string | undefined> {
  if (await isExecutable(programPath(cacheDir))) return undefined;
  const go = await findProgram('go', GO_FOLDERS);
  return go === undefined ? 'stripe-mock is built with Go once, and there is no "go" here.' : undefined;
}

/**
 * The program; built from its Go module the first time.
 * @throws MissingToolError when there is no Go, or the module cannot be fetched
 */
export async function ensureStripeMock(cacheDir: string): Promise<string> {
  const program = programPath(cacheDir);
  await mkdir(resolve(cacheDir), { recursive: true });
  await withStartLock(`${resolve(cacheDir)}.lock`, async () => {
    if (!(await isExecutable(program))) await build(program);
  });
  return program;
}

function programPath(cacheDir: string): string {
  return join(resolve(cacheDir), VERSION, 'stripe-mock');
}

async function build(program: string): Promise<void> {
  const go = await findProgram('go', GO_FOLDERS);
  if (go === undefined) {
    throw new MissingToolError(
      'stripe-mock is built with Go, and there is no "go" here.',
      'Install Go 1.21 or newer.',
    );
  }
  const folder = resolve(program, '..');
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  try {
    await capture(go, ['install', `${MODULE}@${VERSION}`], {
      env: { ...process.env, GOBIN: partial, GOFLAGS: '-mod=mod' },
      timeoutMs: BUILD_TIMEOUT_MS,
    });
  } catch (error) {
    throw new MissingToolError('Go could not build stripe-mock.', 'Check that Go reaches a module proxy.', {
      cause: error,
    });
  }
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}
