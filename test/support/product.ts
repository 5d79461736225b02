import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { buildNow } from './build-now';
import { outsideServer } from './outside';
import type { TestPlan } from './plan';
import { copyStarted } from './started-folder';
import { Seen, waitFor, within } from './wait';

/**
 * The product as a customer starts it: the built launcher in a folder of its own, every port free,
 * stopped without a trace. Tests talk to it by SIP, HTTP and push, and look into its database.
 */
export interface Product {
  /** The launcher's process; its children are in `listening.pids`. */
  readonly pid: number;
  /** Where it listens; replaced each time a child was restarted. */
  readonly listening: Listening;
  /** `http://127.0.0.1:…` */
  readonly http: string;
  readonly dataDir: string;
  readonly recordingsDir: string;
  /** The SIP address for the transport. */
  sip(transport?: 'udp' | 'tcp'): { host: string; port: number };
  /** Applies the plan as `npx openline apply` does; throws with the problems when it is refused. */
  apply(plan: TestPlan): Promise<void>;
  /** JSON lines of the launcher's standard output, in order. */
  events: Seen<LauncherEvent>;
  /** Everything printed to standard error. */
  stderr(): string;
  /** A connection to its database; closed with the product. */
  db(): Promise<Client>;
  /** Waits until a process of its children was replaced by another that listens. */
  restarted(child: 'edge' | 'app', oldPid: number, deadlineMs?: number): Promise<Listening>;
  /** Ends it as SIGTERM does; after 15 s by force, and then says so by throwing. */
  stop(): Promise<void>;
}

export interface Listening {
  event: 'listening';
  http: string[];
  sip: string[];
  drachtio: string | null;
  control: string;
  pids: { edge: number; app: number; postgres: number | null };
}

export type LauncherEvent = Listening | { event: string; [key: string]: unknown };

export interface ProductOptions {
  env?: Record<string, string>;
  /** Media ports to set aside: two for each leg. 400 unless told. */
  mediaPorts?: number;
  /** From an empty folder, as a customer's first start; otherwise from a copy of one that was started before. */
  fresh?: boolean;
  /** The folder of the program, which may be a link; the repository's unless told. */
  program?: string;
}

const root = join(__dirname, '..', '..');

/** Builds when needed, starts, and resolves when calls can be taken. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  buildNow(root);
  const folder = mkdtempSync(join(tmpdir(), 'openline-test-'));
  const dataDir = join(folder, 'data');
  const recordingsDir = join(folder, 'recordings');
  mkdirSync(recordingsDir);
  if (mayBeCopied(options)) await copyStarted(dataDir, startOnce);
  const run = launch({ folder, dataDir, recordingsDir }, options);
  try {
    await run.started();
    return run;
  } catch (error) {
    await run.stop().catch(() => undefined);
    throw new Error(`${String(error)}\n${run.stderr()}`);
  }
}

/** Not where the test wants a first start, or names a folder or a database. */
const mayBeCopied = ({ fresh, env = {} }: ProductOptions): boolean =>
  !fresh && !env['OPENLINE_DATA'] && !env['DATABASE_URL'];

/** Leaves behind what a product has on disk that was started and stopped. */
async function startOnce(kept: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'openline-test-'));
  const dataDir = join(folder, 'data');
  const run = launch({ folder, dataDir, recordingsDir: folder });
  await run.started().catch(async (error: unknown) => {
    await run.stop();
    throw error;
  });
  await run.stop(kept);
}

function launch(folders: Folders, options: ProductOptions = {}): RunningProduct {
  const { folder, dataDir, recordingsDir } = folders;
  const launcher = join(options.program ?? root, 'dist/src/launcher.js');
  const child = spawn(process.execPath, [launcher], {
    // A developer's own `.env` lies in the repository.
    cwd: folder,
    env: environment(dataDir, recordingsDir, options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new RunningProduct(child, folders);
}

/** Nothing of the developer's own settings may leak in, so each is said. */
function environment(
  dataDir: string,
  recordingsDir: string,
  { env = {}, mediaPorts = 400, fresh }: ProductOptions,
): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    OPENLINE_DATA: dataDir,
    RECORDINGS_DIR: recordingsDir,
    DATABASE_URL: '',
    SIP_LISTEN: 'udp://127.0.0.1:0,tcp://127.0.0.1:0',
    DRACHTIO_LISTEN: '127.0.0.1:0',
    MEDIA_LISTEN: '127.0.0.1:0',
    HTTP_LISTEN: 'http://127.0.0.1:0',
    MEDIA_PORTS: mediaRange(mediaPorts).join('-'),
    LOG_LEVEL: 'info',
    // A customer's first start measures how many the machine carries: a quarter of a second of a core each time.
    ...(fresh ? {} : { MEDIA_MAX_STREAMS: '500' }),
    ...signallingOutside(),
    ...env,
  };
}

/** Where a server outside has the signalling, our edge has media only, and no listener to take its address from. */
function signallingOutside(): Record<string, string> {
  const outside = outsideServer();
  if (!outside) return {};
  const { host, port } = outside.drachtio;
  return {
    ...{ SIP_LISTEN: 'off', DRACHTIO_LISTEN: '' },
    MEDIA_NETWORKS: 'tests 127.0.0.1 127.0.0.1 127.0.0.0/8',
    ...{ DRACHTIO_HOST: host, DRACHTIO_PORT: String(port), DRACHTIO_SECRET: outside.secret },
  };
}

/**
 * A block of ports below the range that the kernel gives out by itself (from 32768), so that two
 * products and the phones of the tests rarely meet; the media engine passes over a taken port.
 */
export function mediaRange(count: number): [low: number, high: number] {
  const blocks = Math.floor((32_000 - 10_000) / count);
  const first = 10_000 + count * Math.floor(Math.random() * blocks);
  return [first, first + count - 1];
}

interface Folders {
  folder: string;
  dataDir: string;
  recordingsDir: string;
}

class RunningProduct implements Product {
  readonly dataDir: string;
  readonly recordingsDir: string;
  readonly events = new Seen<LauncherEvent>();
  private current: Listening | null = null;
  private printed = '';
  private rest = '';
  private readonly clients: Client[] = [];
  private readonly gone: Promise<void>;

  constructor(
    private readonly child: ChildProcess,
    private readonly folders: Folders,
  ) {
    this.dataDir = folders.dataDir;
    this.recordingsDir = folders.recordingsDir;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.readOutput(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.printed += text));
    this.gone = new Promise((resolve) => child.once('close', () => resolve()));
  }

  /** The first `listening` line, or the reason why there will be none. */
  async started(): Promise<void> {
    await waitFor(
      'the product to listen',
      () => {
        if (this.child.exitCode !== null) throw new Error('the launcher ended at once');
        return this.current;
      },
      60_000,
    );
  }

  get listening(): Listening {
    if (this.current === null) throw new Error('the product does not listen yet');
    return this.current;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get http(): string {
    return this.listening.http[0] ?? '';
  }

  sip(transport: 'udp' | 'tcp' = 'udp'): { host: string; port: number } {
    const outside = outsideServer();
    if (outside) return { host: outside.drachtio.host, port: outside.sipPort };
    const found = this.listening.sip.find((address) => address.startsWith(`${transport}:`));
    if (found === undefined) throw new Error(`no ${transport} in ${this.listening.sip.join()}`);
    const url = new URL(found.replace(/^\w+:(\/\/)?/, 'http://'));
    return { host: url.hostname, port: Number(url.port) };
  }

  async apply(plan: TestPlan): Promise<void> {
    const token = readFileSync(join(this.dataDir, 'secrets', 'admin'), 'utf8').trim();
    const response = await fetch(`${this.http}/api/plan`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(plan),
    });
    if (!response.ok) throw new Error(`plan refused: ${await response.text()}`);
  }

  stderr(): string {
    return this.printed;
  }

  async db(): Promise<Client> {
    // The launcher tells a standby of its embedded database.
    const told = readFileSync(join(this.dataDir, 'running.json'), 'utf8');
    const { DATABASE_URL: url } = JSON.parse(told) as { DATABASE_URL: string };
    const client = new Client({ connectionString: url });
    // The database goes before its last client at the end of a test.
    client.on('error', () => undefined);
    await client.connect();
    this.clients.push(client);
    return client;
  }

  restarted(child: 'edge' | 'app', oldPid: number, deadlineMs = 20_000): Promise<Listening> {
    // The newest line counts: older ones name processes before that one.
    const another = () => (this.listening.pids[child] === oldPid ? undefined : this.listening);
    return waitFor(`another ${child}`, another, deadlineMs);
  }

  /** @param keptDataDir where its data folder goes instead of being deleted */
  async stop(keptDataDir?: string): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end().catch(() => undefined)));
    const pids = Object.values(this.current?.pids ?? {}).filter((pid) => pid !== null);
    this.child.kill('SIGTERM');
    const inTime = await within('the product to stop', this.gone, 15_000).then(
      () => true,
      () => false,
    );
    if (!inTime) {
      for (const pid of pids) killIfThere(pid);
      this.child.kill('SIGKILL');
      await this.gone;
    }
    if (inTime && keptDataDir !== undefined) renameSync(this.dataDir, keptDataDir);
    rmSync(this.folders.folder, { recursive: true, force: true });
    if (!inTime) throw new Error(`the product did not stop by itself:\n${this.printed}`);
  }

  private readOutput(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = parseEvent(line);
      if (event === null) {
        this.printed += `${line}\n`;
        continue;
      }
      if (isListening(event)) this.current = event;
      this.events.add(event);
    }
  }
}

function parseEvent(line: string): LauncherEvent | null {
  if (!line.startsWith('{"event"')) return null;
  return JSON.parse(line) as LauncherEvent;
}

function isListening(event: LauncherEvent): event is Listening {
  return event.event === 'listening';
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone, which is what we want.
  }
}
