import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SEGMENT_NAME = /^(\d{12})\.jsonl$/;
const OWNER = 'owner.pid';
const CURSOR = 'cursor';
const CURSOR_TEXT = /^(\d+):(\d+)$/;

/** How far the oldest segment has been published. */
export interface Cursor {
  readonly segment: number;
  /** Lines of it that are done with. */
  readonly lines: number;
}

/** The folder of the spool and the names in it. One process owns it at a time. */
export class SpoolFolder {
  constructor(private readonly path: string) {}

  /** Makes the folder this process's own. @throws Error when a living process has it */
  take(): void {
    mkdirSync(this.path, { recursive: true });
    const owner = this.owner();
    // In a container every process may have the same number: then it was an earlier life of this one.
    if (owner !== undefined && owner !== process.pid && isAlive(owner)) {
      throw new Error(`INGEST_SPOOL_DIR ${this.path} belongs to process ${owner}, which is running`);
    }
    writeFileSync(join(this.path, OWNER), String(process.pid));
  }

  release(): void {
    rmSync(join(this.path, OWNER), { force: true });
  }

  segments(): number[] {
    const numbers = readdirSync(this.path).map((name) => Number(SEGMENT_NAME.exec(name)?.[1] ?? Number.NaN));
    return numbers.filter(Number.isInteger).sort((left, right) => left - right);
  }

  pathOf(segment: number): string {
    return join(this.path, `${String(segment).padStart(12, '0')}.jsonl`);
  }

  remove(segment: number): void {
    rmSync(this.pathOf(segment), { force: true });
  }

  cursor(): Cursor | undefined {
    const [, segment, lines] = CURSOR_TEXT.exec(this.read(CURSOR) ?? '') ?? [];
    return segment === undefined ? undefined : { segment: Number(segment), lines: Number(lines) };
  }

  /** Not synced to disk: a cursor that is behind costs a publication that is recognised, never an event. */
  moveCursor({ segment, lines }: Cursor): void {
    writeFileSync(join(this.path, CURSOR), `${segment}:${lines}`);
  }

  private owner(): number | undefined {
    const pid = Number(this.read(OWNER) ?? Number.NaN);
    return Number.isInteger(pid) ? pid : undefined;
  }

  private read(name: string): string | undefined {
    try {
      return readFileSync(join(this.path, name), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
