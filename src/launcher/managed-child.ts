/**
 * One child process of the launcher: started, awaited until it says that it is up, started again when
 * it falls. Decides nothing about what the child does or when all of it ends.
 *
 *   stopped ── start ──> starting ── its line ──> up ── exit ──> waiting ── delay ──> starting
 *
 * One that stands by until another is gone is up as well.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Millis } from '../domain/time';
import { restartDelay } from './restart-delay';

/** The line by which a child says that it is up, as it came. */
export type Report = Record<string, unknown> & { event: string };

export interface ChildSpec {
  name: string;
  /** The script; run by the Node that runs us, with the same flags. */
  entry: string;
  /** Asked at each start: ports may have been fixed since. */
  env: () => NodeJS.ProcessEnv;
  /** `event` of the line that says it is up. */
  upEvent: string;
  /** Of one that says it is up as far as it can be: it will say the other one, perhaps much later. */
  waitsEvent?: string;
  stopSignal: NodeJS.Signals;
  /** From the signal to SIGKILL. */
  stopLimitMs: Millis;
  /** Takes what it writes to standard error, null at its end; without it that is ours, unseen by us. */
  log?: (chunk: Buffer | null) => void;
}

export interface ChildEvents {
  /** Up again after a fall, or at last. */
  restarted: (report: Report) => void;
  fell: (details: { code: number | null; signal: NodeJS.Signals | null; delayMs: Millis }) => void;
}

/** The child ended before it was up for the first time; it has said why on stderr. */
export class ChildRefused extends Error {
  override name = 'ChildRefused';
}

export class ManagedChild {
  private child: ChildProcess | null = null;
  private exited: Promise<void> = Promise.resolve();
  private stopping = false;
  private lastDelay: Millis | null = null;
  private waiting: NodeJS.Timeout | null = null;

  constructor(
    private readonly spec: ChildSpec,
    private readonly events: ChildEvents,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** First start; from then on the child is kept up. Throws `ChildRefused`. */
  async start(): Promise<Report> {
    const report = await this.run();
    if (report === null) throw new ChildRefused(`${this.spec.name} did not start.`);
    return report;
  }

  /** Asks it to end, and insists after the limit. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.child?.kill(this.spec.stopSignal);
    const late = setTimeout(() => this.child?.kill('SIGKILL'), this.spec.stopLimitMs);
    await this.exited;
    clearTimeout(late);
  }

  kill(): void {
    this.stopping = true;
    this.child?.kill('SIGKILL');
  }

  /** Starts the process; null when it ended before it was up. */
  private run(): Promise<Report | null> {
    const startedAt = performance.now();
    // A process group of its own, so that Ctrl-C in the terminal reaches the launcher alone; stdin
    // is a pipe that closes with the launcher, by which a child notices that it was left behind.
    const child: ChildProcess = spawn(process.execPath, [...process.execArgv, this.spec.entry], {
      env: this.spec.env(),
      stdio: ['pipe', 'pipe', this.spec.log ? 'pipe' : 'inherit'],
      detached: true,
    });
    this.child = child;
    child.stdin?.on('error', () => undefined);
    // What was in the pipe when it was killed still comes.
    child.stderr?.on('data', (chunk: Buffer) => this.spec.log?.(chunk));
    child.stderr?.on('end', () => this.spec.log?.(null));
    return new Promise((resolve) => {
      let up = false;
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const report = asReport(line, this.spec);
        if (report === null) return void process.stderr.write(`${line}\n`);
        if (up) this.events.restarted(report);
        up = true;
        resolve(report);
      });
      this.exited = new Promise((exited) => {
        const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
          this.child = null;
          exited();
          resolve(null);
          if (up) this.fell(code, signal, performance.now() - startedAt);
        };
        child.once('close', ended);
        // No process at all (no memory, no file): `close` will not come.
        child.once('error', () => child.pid === undefined && ended(null, null));
      });
    });
  }

  private fell(code: number | null, signal: NodeJS.Signals | null, ranForMs: Millis): void {
    if (this.stopping) return;
    const delayMs = restartDelay(this.lastDelay, ranForMs);
    this.lastDelay = delayMs;
    this.events.fell({ code, signal, delayMs });
    this.waiting = setTimeout(() => void this.restart(), delayMs);
  }

  private async restart(): Promise<void> {
    this.waiting = null;
    const report = await this.run();
    if (report !== null) this.events.restarted(report);
    else this.fell(null, null, 0);
  }
}

function asReport(line: string, { upEvent, waitsEvent }: ChildSpec): Report | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed = JSON.parse(line) as Partial<Report>;
    const isOne = parsed.event === upEvent || (parsed.event ?? '') === waitsEvent;
    return isOne ? (parsed as Report) : null;
  } catch {
    return null;
  }
}
