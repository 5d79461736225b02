import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnsweringSide } from './answering-side';
import { makeCheckout, type Checkout, type Edges } from './checkout';

/** What one test file of drachtio-srf said, read from its TAP. */
export interface FileResult {
  file: string;
  ok: string[];
  notOk: string[];
  /** It came to its end. */
  complete: boolean;
  seconds: number;
  tap: string;
}

/** A file that takes longer hangs; the longest needs about a minute and a half. */
const FILE_LIMIT_MS = 200_000;
/** tape's last line. The files leave sockets open after it, so they are ended then. */
const LAST_LINE = /^# (?:ok|fail\s+\d+)\s*$/m;

/**
 * drachtio-srf's own integration tests, from the package in node_modules, against two running edges.
 * Needs sipp, the packages `tape` and `config`, and port 5060 of 127.29.0.x.
 */
export class SrfSuite {
  private readonly folder = mkdtempSync(join(tmpdir(), 'srf-suite-'));
  private readonly checkout: Checkout;
  private readonly answering: AnsweringSide;

  constructor(edges: Edges) {
    this.checkout = makeCheckout(this.folder, edges);
    const logs = join(this.folder, 'logs');
    mkdirSync(logs);
    this.answering = new AnsweringSide(this.checkout.answerers, logs, edges.transport);
  }

  /** The files that the suite itself runs, in its order. */
  files(): string[] {
    const index = readFileSync(join(this.checkout.folder, 'test/index.js'), 'utf8');
    return [...index.matchAll(/require\('\.\/([\w-]+)'\)/g)]
      .map(([, name]) => name as string)
      .filter((name) => !name.startsWith('docker'));
  }

  /** Runs one file with a fresh answering side. */
  async run(file: string): Promise<FileResult> {
    await this.answering.start();
    const started = performance.now();
    const tap = await this.output(file).finally(() => this.answering.stop());
    writeFileSync(join(this.folder, `${file}.tap`), tap);
    return {
      file,
      ok: [...tap.matchAll(/^ok \d+ (.*)$/gm)].map(([, name]) => name as string),
      notOk: [...tap.matchAll(/^not ok \d+ (.*)$/gm)].map(([, name]) => name as string),
      complete: LAST_LINE.test(tap),
      seconds: (performance.now() - started) / 1000,
      tap,
    };
  }

  async close(): Promise<void> {
    await this.answering.stop();
    rmSync(this.folder, { recursive: true });
  }

  private async output(file: string): Promise<string> {
    // A group of its own, so that the sipp processes it starts end with it.
    const child = spawn(process.execPath, [join(this.checkout.folder, 'test', `${file}.js`)], {
      cwd: this.checkout.folder,
      env: this.checkout.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const endGroup = () => {
      try {
        process.kill(-(child.pid as number), 'SIGKILL');
      } catch {
        // Nobody of it is left.
      }
    };
    const limit = setTimeout(endGroup, FILE_LIMIT_MS);
    let tap = '';
    const read = (data: Buffer) => {
      tap += data.toString();
      if (LAST_LINE.test(tap)) endGroup();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    await once(child, 'close');
    clearTimeout(limit);
    endGroup();
    return tap;
  }
}
