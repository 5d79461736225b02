import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../sip/control/client';
import type { CommandName, EventLine, Params } from '../../sip/control/protocol';
import { buildNow } from '../support/build-now';
import { waitFor } from '../support/wait';

/**
 * What the media bench measures: the edge as it is built, media only, commanded by the product's own
 * control client; or the plain forwarder. Both take calls and tell the port of each leg.
 */
export type MediaMode = 'plain' | 'forward' | 'recorded' | 'monitored' | 'music';

export interface MediaServer {
  pid: number;
  /** Opens calls with legs that hear at these ports, in order; where each leg is to send. */
  open(ports: number[]): Promise<number[]>;
  /** Packets that the kernel dropped because the server did not read them in time. */
  dropped(): number;
  /** Ends all calls; how many recordings are missing. */
  end(): Promise<number>;
  close(): Promise<void>;
}

const root = join(__dirname, '../..');
const HOST = '127.0.0.1';
const SECRET = 'bench';
/** Calls that are being set up at a time. */
const AT_A_TIME = 20;

export const LEGS: Record<MediaMode, number> = {
  ...{ plain: 2, forward: 2, recorded: 2, monitored: 3, music: 1 },
};

/** Refused with `unknown-command` by an edge that cannot do it yet. */
const MONITOR = 'monitor.join' as CommandName;
const monitoring = (session: string) =>
  ({ session, endpoint: 'c', on: 'b', mode: 'listen' }) as Params<CommandName>;

/** Modes in which the edge makes what is heard: music, and the mix of a talk. */
export const isMade = (mode: MediaMode): boolean => mode === 'music' || mode === 'monitored';

export const startServer = (mode: MediaMode): Promise<MediaServer> =>
  mode === 'plain' ? startPlain() : EdgeServer.start(mode);

function startPlain(): Promise<MediaServer> {
  const child = fork(join(__dirname, 'plain-forwarder.cjs'), { execArgv: [] });
  let ports: number[] = [];
  return Promise.resolve({
    pid: child.pid ?? -1,
    open: async (farPorts) => {
      child.send(farPorts);
      [ports] = (await once(child, 'message')) as [number[]];
      return ports;
    },
    dropped: () => kernelDrops(new Set(ports)),
    end: () => Promise.resolve(0),
    close: () => ended(child, 'SIGKILL'),
  });
}

class EdgeServer implements MediaServer {
  private readonly ports = new Set<number>();
  private calls = 0;
  private stored = 0;

  private constructor(
    private readonly mode: MediaMode,
    private readonly child: ChildProcess,
    private readonly control: ControlClient,
    private readonly folder: string,
  ) {
    control.on('event', (line: EventLine) => {
      if (line.event === 'record.finished' && line.file.result === 'stored') this.stored += 1;
      control.ack(line.seq);
    });
  }

  static async start(mode: MediaMode): Promise<EdgeServer> {
    buildNow(root);
    const folder = mkdtempSync(join(tmpdir(), 'openline-bench-media-'));
    const child = spawn(process.execPath, [join(root, 'dist/sip/edge.js')], {
      env: {
        PATH: process.env['PATH'],
        ...{ OPENLINE_DATA: folder, RECORDINGS_DIR: folder, MEDIA_SECRET: SECRET },
        ...{ SIP_LISTEN: 'off', MEDIA_LISTEN: `${HOST}:0`, MEDIA_PORTS: '0' },
        MEDIA_NETWORKS: `bench ${HOST} ${HOST} ${HOST}/32`,
        ...{ MEDIA_MAX_STREAMS: '100000', LOG_LEVEL: 'warn', NODE_ENV: 'production' },
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const line = await waitFor(
      'the edge',
      () => /^{.*edge-listening.*$/m.exec(printed)?.[0],
      20_000,
    );
    const port = Number((JSON.parse(line) as { control: string }).control.split(':')[1]);
    const log = pino({ level: 'silent' });
    const control = connectControl({ host: HOST, port, secret: SECRET, app: 'bench', log });
    await once(control, 'connected');
    return new EdgeServer(mode, child, control, folder);
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  async open(ports: number[]): Promise<number[]> {
    const legs = LEGS[this.mode];
    const calls = ports.length / legs;
    const opened: number[][] = [];
    for (let done = 0; done < calls; done += AT_A_TIME) {
      const some = Array.from({ length: Math.min(AT_A_TIME, calls - done) }, (_, n) => done + n);
      const call = (n: number) => this.openCall(ports.slice(n * legs, (n + 1) * legs));
      opened.push(...(await Promise.all(some.map(call))));
    }
    return opened.flat();
  }

  private async openCall(ports: number[]): Promise<number[]> {
    const session = `call ${this.calls++}`;
    const ours: number[] = [];
    for (const [leg, port] of ports.entries()) {
      const endpoint = 'abc'.charAt(leg);
      const offer = offerOf(port);
      const { answer } = await this.control.command('endpoint.answer', {
        session,
        endpoint,
        offer,
      });
      ours.push(Number(/^m=audio (\d+)/m.exec(answer)?.[1]));
    }
    for (const port of ours) this.ports.add(port);
    await this.connect(session);
    return ours;
  }

  private async connect(session: string): Promise<void> {
    const { control, mode } = this;
    if (mode === 'music') {
      await control.command('endpoint.music', { session, endpoint: 'a' });
      return;
    }
    await control.command('bridge', { session, a: 'a', b: 'b' });
    if (mode === 'monitored') await control.command(MONITOR, monitoring(session));
    if (mode !== 'recorded') return;
    const path = `${session.replace(' ', '-')}.wav`;
    const sides = { left: 'a', right: 'b' };
    await control.command('record.start', { session, recording: session, path, ...sides });
  }

  dropped(): number {
    return kernelDrops(this.ports);
  }

  async end(): Promise<number> {
    const { calls, mode, control } = this;
    for (let n = 0; n < calls; n += 1) {
      await control.command('session.close', { session: `call ${n}` });
    }
    if (mode !== 'recorded') return 0;
    await waitFor('the recordings', () => this.stored === calls, 20_000).catch(() => undefined);
    return calls - this.stored;
  }

  async close(): Promise<void> {
    this.control.close();
    await ended(this.child, 'SIGINT');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** proc(5): local address and port are the second column in hexadecimal, drops the last. */
function kernelDrops(ports: Set<number>): number {
  let drops = 0;
  for (const line of readFileSync('/proc/net/udp', 'utf8').split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const port = Number.parseInt(columns[1]?.split(':')[1] ?? '', 16);
    if (ports.has(port)) drops += Number(columns.at(-1));
  }
  return drops;
}

function offerOf(port: number): string {
  const lines = ['v=0', `o=- 1 1 IN IP4 ${HOST}`, 's=-', `c=IN IP4 ${HOST}`, 't=0 0'];
  return [...lines, `m=audio ${port} RTP/AVP 8`, ''].join('\r\n');
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
