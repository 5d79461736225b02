/** A disk of some kilobytes (tmpfs, needs root): what it takes, what it refuses, is real. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class SmallDisk {
  readonly path: string;

  constructor(kilobytes: number) {
    this.path = mkdtempSync(join(tmpdir(), 'openline-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', this.path]);
  }

  /** Takes all the room that there is, but for some kilobytes. */
  fill(leave = 0): void {
    const { bavail, bsize } = statfsSync(this.path);
    const bytes = Math.max(0, bavail * bsize - 1024 * leave);
    writeFileSync(join(this.path, 'filler'), Buffer.alloc(bytes));
  }

  /** Gives it back. */
  free(): void {
    rmSync(join(this.path, 'filler'), { force: true });
  }

  close(): void {
    execFileSync('umount', ['--lazy', this.path]);
    rmSync(this.path, { recursive: true });
  }
}
