import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { ServiceOrigin } from '../backing-service.js';
import { MissingToolError } from '../backing-service.js';
import { capture, findProgram, isExecutable } from '../process/program-search.js';
import { withStartLock } from '../process/start-lock.js';

/** A redis-server that can be run, with what its libraries need. */
export interface RedisProgram {
  command: string;
  env?: NodeJS.ProcessEnv;
  origin: ServiceOrigin;
}

const REMEDY = 'Install Redis 7 ("redis-server" must be on PATH), or set VICI_REDIS_URL to a running server.';
const APT_TIMEOUT_MS = 180_000;

/**
 * `redis-server` from PATH, else from apt (Debian, Ubuntu) or brew (macOS).
 * @throws MissingToolError when there is no way to get one
 */
export async function findRedis(): Promise<RedisProgram> {
  const onPath = await findProgram('redis-server');
  if (onPath !== undefined) {
    return { command: onPath, origin: 'path' };
  }
  try {
    const fetched = process.platform === 'darwin' ? await fromBrew() : await fromApt(packageFolder());
    if (fetched !== undefined) {
      return fetched;
    }
  } catch (error) {
    throw new MissingToolError('There is no redis-server on PATH, and fetching one failed.', REMEDY, {
      cause: error,
    });
  }
  throw new MissingToolError(
    'There is no redis-server on PATH, and neither apt nor brew to fetch one with.',
    REMEDY,
  );
}

async function fromBrew(): Promise<RedisProgram | undefined> {
  const brew = await findProgram('brew', ['/opt/homebrew/bin', '/usr/local/bin']);
  if (brew === undefined) {
    return undefined;
  }
  await capture(brew, ['install', 'redis'], { timeoutMs: 600_000 });
  const { stdout } = await capture(brew, ['--prefix', 'redis']);
  return { command: join(stdout.trim(), 'bin', 'redis-server'), origin: 'brew' };
}

function packageFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vici', 'redis');
}

/**
 * Unpacks Debian's own packages into `folder` instead of installing them: it needs no root, starts no system service
 * and changes nothing else on the machine.
 */
export async function fromApt(folder: string): Promise<RedisProgram | undefined> {
  const tools = await Promise.all(['apt-get', 'dpkg'].map((tool) => findProgram(tool)));
  const [aptGet, dpkg] = tools;
  if (aptGet === undefined || dpkg === undefined) {
    return undefined;
  }
  const command = join(folder, 'usr', 'bin', 'redis-server');
  await withStartLock(`${folder}.lock`, async () => {
    if (!(await isExecutable(command))) {
      await unpack(aptGet, dpkg, folder);
    }
  });
  const libraries = ['usr/lib', 'lib'].flatMap((place) => [
    join(folder, place, debianTriplet()),
    join(folder, place),
  ]);
  return { command, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') }, origin: 'apt' };
}

async function unpack(aptGet: string, dpkg: string, folder: string): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(join(partial, 'archives'), { recursive: true });
  const download = async (): Promise<void> => {
    const packages = await packagesNeeded(aptGet);
    // As root apt would switch to a user that may not write here, and warn about it.
    const args = ['-o', 'APT::Sandbox::User=root', 'download', ...packages];
    await capture(aptGet, args, { cwd: join(partial, 'archives'), timeoutMs: APT_TIMEOUT_MS });
  };
  try {
    await download();
  } catch (error) {
    if (process.getuid?.() !== 0) {
      throw error;
    }
    // A fresh container has no package lists yet; only root may fetch them.
    await capture(aptGet, ['update'], { timeoutMs: APT_TIMEOUT_MS });
    await download();
  }
  for (const archive of await readdir(join(partial, 'archives'))) {
    await capture(dpkg, ['-x', join(partial, 'archives', archive), partial]);
  }
  await rm(join(partial, 'archives'), { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

/** redis-server and those of its dependencies this machine does not have yet (a dry run changes nothing). */
async function packagesNeeded(aptGet: string): Promise<string[]> {
  const { stdout } = await capture(
    aptGet,
    ['install', '--simulate', '--no-install-recommends', 'redis-server'],
    {
      timeoutMs: APT_TIMEOUT_MS,
    },
  );
  const packages = [...stdout.matchAll(/^Inst (\S+) /gm)].flatMap(([, name]) =>
    name === undefined ? [] : [name],
  );
  return packages.includes('redis-server') ? packages : ['redis-server', 'redis-tools', ...packages];
}

function debianTriplet(): string {
  const machines = new Map([
    ['x64', 'x86_64'],
    ['arm64', 'aarch64'],
  ]);
  return `${machines.get(process.arch) ?? process.arch}-linux-gnu`;
}
