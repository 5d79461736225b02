/**
 * Another PC, as far as its programs can tell: a network of its own (needs root), a cable to this machine with an address
 * at each end, and no other way. It is gone, cable and all, with `close`.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ip = (...words: string[]): void => void execFileSync('ip', words, { stdio: 'pipe' });

export class OtherPc {
  /** Its own address. */
  readonly address: string;
  /** This machine's at the other end of the cable. */
  readonly ours: string;
  /** Of whoever sits there: his certificates lie in it. */
  readonly home = mkdtempSync(join(tmpdir(), 'openline-pc-'));
  private readonly network = `openline-${process.pid}`;

  constructor() {
    removeLeft();
    // Of the block for measuring between networks (RFC 2544), in which no machine has an address of its own.
    const net = `198.19.${process.pid % 250}`;
    [this.ours, this.address] = [`${net}.1`, `${net}.2`];
    const [here, there] = [`ola${process.pid}`, `olb${process.pid}`];
    ip('netns', 'add', this.network);
    try {
      ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', this.network);
      ip('address', 'add', `${this.ours}/24`, 'dev', here);
      ip('link', 'set', here, 'up');
      const inside = (...words: string[]) => ip('-n', this.network, ...words);
      inside('address', 'add', `${this.address}/24`, 'dev', there);
      inside('link', 'set', there, 'up');
      inside('link', 'set', 'lo', 'up');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** A program file that runs the program there; file descriptors and arguments are handed on. */
  programFile(program: string): string {
    const file = join(this.home, 'program');
    writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${this.network} ${program} "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** Nothing of it may be left; the cable goes with the network that has one of its ends. */
  close(): void {
    ip('netns', 'delete', this.network);
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Of test runs that were killed: networks outlive processes. */
function removeLeft(): void {
  const all = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const [, pid] of all.matchAll(/^openline-(\d+)/gm))
    if (!existsSync(`/proc/${pid}`)) ip('netns', 'delete', `openline-${pid}`);
}
