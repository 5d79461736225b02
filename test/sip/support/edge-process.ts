import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildNow } from '../../support/build-now';
import { Seen } from '../../support/wait';
import { SECRET } from './engine';

/** An edge as a process of its own. */
export interface Run {
  child: ChildProcess;
  /** Of its standard output. */
  lines: Seen<string>;
  errors: () => string;
  exit: Promise<[number | null, string | null]>;
}

/** Recordings and data of all of them. */
export const folder = mkdtempSync(join(tmpdir(), 'edge-'));
const running = new Set<ChildProcess>();

/** As it is delivered: a process that compiles its sources first costs a second and a half of processor time more. */
beforeAll(() => buildNow(resolve('.')), 200_000);

/** Starts one on free ports and with a data folder of its own, unless `env` says otherwise; `detached`: in a session of its own. */
export function run(env: Record<string, string> = {}, { detached = false } = {}): Run {
  const child = spawn(process.execPath, [resolve('dist/sip/edge.js')], {
    env: {
      PATH: process.env['PATH'],
      SIP_LISTEN: 'udp://127.0.0.1:0,tcp://127.0.0.1:0',
      DRACHTIO_LISTEN: '127.0.0.1:0',
      DRACHTIO_SECRET: SECRET,
      MEDIA_LISTEN: '127.0.0.1:0',
      MEDIA_SECRET: 'm',
      MEDIA_PORTS: '0',
      RECORDINGS_DIR: folder,
      OPENLINE_DATA: mkdtempSync(join(folder, 'data-')),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
  });
  return watch(child);
}

/** Any process of a test, with its output piped; ended with the edges. */
export function watch(child: ChildProcess): Run {
  running.add(child);
  // Not `exit`: what it said last may still be in the pipe then.
  const exit = once(child, 'close') as Promise<[number | null, string | null]>;
  void exit.then(() => running.delete(child));
  const lines = new Seen<string>();
  child.stdout?.on('data', (data: Buffer) => {
    for (const line of data.toString().split('\n')) if (line !== '') lines.add(line);
  });
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  return { child, lines, errors: () => errors, exit };
}

/** What it says when it is up. */
export async function listening({ lines }: Run) {
  const line = await lines.next('the line', () => true, { deadlineMs: 15_000 });
  return JSON.parse(line) as {
    event: string;
    sip: string[];
    drachtio: string | null;
    drachtioTls?: string;
    control: string;
    pid: number;
  };
}

export const portOf = (text: string) => Number(text.slice(text.lastIndexOf(':') + 1));

/** Those that a failed test left behind, and the folder of all. */
export function endEdges(): void {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
