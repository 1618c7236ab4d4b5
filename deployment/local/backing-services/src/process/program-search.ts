import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** True when `path` is a file this process may execute. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The path of `program` from PATH (and then from `extraFolders`), or undefined. */
export async function findProgram(
  program: string,
  extraFolders: readonly string[] = [],
): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of [...folders, ...extraFolders]) {
    const candidate = join(folder, program);
    if (await isExecutable(candidate)) {
      return candidate;
    }
  }
  return undefined;
}

/** Both output streams of a short command; rejects with its error output when it fails. */
export async function capture(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number; uid?: number; gid?: number } = {},
): Promise<{ stdout: string; stderr: string }> {
  const { timeoutMs, ...rest } = options;
  return run(command, [...args], { ...rest, timeout: timeoutMs ?? 60_000, maxBuffer: 16 * 1024 * 1024 });
}
