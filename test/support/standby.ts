import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Product } from './product';
import { Seen } from './wait';

/** `npx openline standby` beside a started product. */
export interface Standby {
  readonly pid: number;
  /** Lines of its standard output: that it stands by, that it listens. */
  lines: Seen<{ event: string; http?: string[] }>;
  stderr(): string;
  exited: Promise<unknown>;
  kill(signal?: NodeJS.Signals): void;
}

const root = join(__dirname, '..', '..');

/** Resolves when it stands by. */
export async function startStandby(product: Product): Promise<Standby> {
  const child = spawn(process.execPath, [join(root, 'dist/src/cli/main.js'), 'standby'], {
    cwd: join(product.dataDir, '..'),
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'] },
      OPENLINE_DATA: product.dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const standby = watch(child);
  await standby.lines.next('the standby', ({ event }) => event === 'app-standing-by', {
    deadlineMs: 30_000,
  });
  return standby;
}

function watch(child: ChildProcess): Standby {
  const lines: Standby['lines'] = new Seen();
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter((one) => one.startsWith('{'))) {
      lines.add(JSON.parse(line) as { event: string });
    }
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return {
    ...{ pid: child.pid ?? -1, lines, stderr: () => errors, exited: once(child, 'close') },
    kill: (signal = 'SIGKILL') => void child.kill(signal),
  };
}

/** It is the active app now, and HTTP is open. */
export const isActive = ({ lines }: Standby, deadlineMs = 10_000): Promise<unknown> =>
  lines.next('the standby to be active', ({ event }) => event === 'app-listening', { deadlineMs });

/** How often the edge gave the claim: each time to another app. */
export function epochOf({ dataDir }: Product): number {
  const text = readFileSync(join(dataDir, 'edge', 'claims.json'), 'utf8');
  return (JSON.parse(text) as Record<string, { epoch: number }>)['cell:all']?.epoch ?? 0;
}
