/** The product itself, started as `npm start` starts it, with a data folder of the demonstration's own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Address } from './telephone';

export interface Product {
  /** `http://127.0.0.1:8080` */
  http: string;
  sip: Address;
  recordings: string;
  /** Throws with what the product says is wrong with it. */
  apply(plan: object): Promise<void>;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
  /** It ended by itself. */
  ended: Promise<number | null>;
}

const ROOT = join(__dirname, '..');
const HOST = '127.0.0.1';

interface Listening {
  http: string[];
  sip: string[];
}

/** Resolves once it listens; rejects with what it printed when it does not. */
export async function startProduct(data: string): Promise<Product> {
  const recordings = join(data, 'recordings');
  mkdirSync(recordings, { recursive: true });
  const [web, sip] = await Promise.all([webPort(), sipPort()]);
  const env = {
    ...process.env,
    ...{ OPENLINE_DATA: data, RECORDINGS_DIR: recordings, DATABASE_URL: '', LOG_LEVEL: 'warn' },
    ...{ DRACHTIO_LISTEN: `${HOST}:0`, MEDIA_LISTEN: `${HOST}:0`, MEDIA_PORTS: '28000-28999' },
    SIP_LISTEN: `udp://${HOST}:${sip}`,
    HTTP_LISTEN: `http://${HOST}:${web}`,
  };
  const child = spawn(process.execPath, [join(ROOT, 'scripts/start.mjs')], {
    ...{ cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] },
    // Ctrl-C is for the demonstration, which ends its people first.
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const listening = await listen(child, ended);
  const [http = ''] = listening.http;
  return {
    ...{ http, recordings, ended, sip: { host: HOST, port: portOf(listening.sip) } },
    apply: (plan) => apply(http, data, plan),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The port that people know, unless somebody has it. */
function webPort(port = 8080): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(port, HOST, () => probe.close(() => resolve(port)));
  });
}

function sipPort(port = 5060): Promise<number> {
  return new Promise((resolve) => {
    const probe = createSocket('udp4');
    probe.once('error', () => {
      probe.close();
      resolve(0);
    });
    probe.bind(port, HOST, () => probe.close(() => resolve(port)));
  });
}

function listen(child: ChildProcess, ended: Promise<unknown>): Promise<Listening> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stderr?.on('data', (text: Buffer) => (printed = `${printed}${text}`.slice(-4000)));
    if (child.stdout === null) return reject(new Error('no output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"event":"listening"')) resolve(JSON.parse(line) as Listening);
      else if (!line.startsWith('{')) printed += `${line}\n`;
    });
    void ended.then(() => reject(new Error(printed.trim() || 'the product ended at once')));
  });
}

function portOf(addresses: readonly string[]): number {
  const udp = addresses.find((address) => address.startsWith('udp:')) ?? '';
  return Number(/:(\d+)$/.exec(udp)?.[1]);
}

async function apply(http: string, data: string, plan: object): Promise<void> {
  const token = readFileSync(join(data, 'secrets', 'admin'), 'utf8').trim();
  const response = await fetch(`${http}/api/plan`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(plan),
  });
  if (!response.ok) throw new Error(`the plan was refused: ${await response.text()}`);
}
