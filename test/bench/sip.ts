import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNow } from '../support/build-now';
import { waitFor } from '../support/wait';
import { cpuMs, rssMb } from './cpu';
import { quantile, rounded } from './quantile';
import { sipLoad, type SipLoadResult } from './sip-load';

/**
 * The SIP engine under load: the edge as it is built, a drachtio-srf app that answers at once, and sipp:
 * INVITE, 100, 200, ACK, BYE, 200. In order:
 *
 * at a steady rate after a warm-up:
 *   engineCpuMsPerCall     CPU of the edge for one call; `appCpuMsPerCall` of the app; `cpuMsPerCall` both
 *   inviteTo200P50Ms, …P99Ms  as sipp saw it
 * many calls:
 *   rssMbAfterWarmUp, rssMbAfter100k  resident memory of the edge after a fifth and after all
 * a search:
 *   cleanCallsPerSecond    the highest rate tried at which no call failed, nothing was sent twice, and nine
 *                          tenths of the calls went right within their second
 * twice that rate:
 *   goodputRatioAt2xOverload  calls that went right in a second there, over those at the clean rate
 *
 * `failed` counts calls of the steady rate and of the many calls that went wrong.
 */
export interface SipBench {
  warmUpCalls: number;
  steadyCalls: number;
  steadyPerSecond: number;
  manyCalls: number;
  manyPerSecond: number;
  /** Rates tried, rising; each for `rungSeconds`. */
  ladder: number[];
  rungSeconds: number;
}

export const FULL_SIP: SipBench = {
  warmUpCalls: 2000,
  steadyCalls: 4000,
  steadyPerSecond: 200,
  manyCalls: 100_000,
  manyPerSecond: 400,
  ladder: [
    400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000, 2300, 2600, 3000, 3500, 4200, 5000, 6000,
    7000,
  ],
  rungSeconds: 8,
};

/** Enough to see every key and no failure; the figures mean nothing. */
export const QUICK_SIP: SipBench = {
  warmUpCalls: 20,
  steadyCalls: 60,
  steadyPerSecond: 30,
  manyCalls: 60,
  manyPerSecond: 30,
  ladder: [20, 40],
  rungSeconds: 4,
};

export interface SipFigures {
  cpuMsPerCall: number;
  engineCpuMsPerCall: number;
  appCpuMsPerCall: number;
  cleanCallsPerSecond: number;
  inviteTo200P50Ms: number;
  inviteTo200P99Ms: number;
  goodputRatioAt2xOverload: number;
  rssMbAfterWarmUp: number;
  rssMbAfter100k: number;
  calls: number;
  failed: number;
  retransmissions: number;
}

const SECRETS = { DRACHTIO_SECRET: 'cymru', MEDIA_SECRET: 'm' };

export async function sip(bench: SipBench): Promise<SipFigures> {
  const engine = await start();
  try {
    return await measure(engine, bench);
  } finally {
    await engine.stop();
  }
}

interface Running {
  port: number;
  edge: number;
  app: number;
  stop(): Promise<void>;
}

async function measure({ port, edge, app }: Running, bench: SipBench): Promise<SipFigures> {
  const at = (callsPerSecond: number, calls: number, limitS?: number) =>
    sipLoad(port, { callsPerSecond, calls }, limitS);
  await at(bench.steadyPerSecond, bench.warmUpCalls);
  const before = [cpuMs(edge), cpuMs(app)] as const;
  const steady = await at(bench.steadyPerSecond, bench.steadyCalls);
  const engineCpu = (cpuMs(edge) - before[0]) / bench.steadyCalls;
  const appCpu = (cpuMs(app) - before[1]) / bench.steadyCalls;

  // A fifth of them first: then every timer of 32 s that this rate needs has run once.
  const first = await at(bench.manyPerSecond, bench.manyCalls / 5);
  const rssMbAfterWarmUp = rssMb(edge);
  const rest = await at(bench.manyPerSecond, (bench.manyCalls * 4) / 5);
  const rssMbAfter100k = rssMb(edge);
  const clean = await cleanRate(bench, at);
  // Twice what is clean, and the same time to deal with it.
  const over = await at(2 * clean.rate, 2 * clean.rate * bench.rungSeconds, 60);
  return {
    cpuMsPerCall: rounded(engineCpu + appCpu, 3),
    engineCpuMsPerCall: rounded(engineCpu, 3),
    appCpuMsPerCall: rounded(appCpu, 3),
    cleanCallsPerSecond: clean.rate,
    inviteTo200P50Ms: rounded(quantile(steady.answerMs, 0.5)),
    inviteTo200P99Ms: rounded(quantile(steady.answerMs, 0.99)),
    goodputRatioAt2xOverload: rounded(over.goodput / clean.goodput, 3),
    ...{ rssMbAfterWarmUp, rssMbAfter100k },
    calls: bench.steadyCalls + bench.manyCalls,
    failed: steady.failed + first.failed + rest.failed,
    retransmissions: steady.retransmissions + first.retransmissions + rest.retransmissions,
  };
}

/** Climbs until a rung is not clean; a rung that is not is tried once more, for the machine's moods. */
async function cleanRate(
  { ladder, rungSeconds }: SipBench,
  at: (rate: number, calls: number) => Promise<SipLoadResult>,
): Promise<{ rate: number; goodput: number }> {
  const lowest = ladder[0] ?? 1;
  let best = { rate: lowest, goodput: lowest };
  for (const rate of ladder) {
    let result = await at(rate, rate * rungSeconds);
    if (!isClean(result, rate)) result = await at(rate, rate * rungSeconds);
    if (!isClean(result, rate)) break;
    best = { rate, goodput: result.goodput };
  }
  return best;
}

/** A load generator that makes fewer calls than it was told shows the same: nobody can take so many. */
function isClean({ failed, retransmissions, goodput }: SipLoadResult, rate: number): boolean {
  return failed + retransmissions === 0 && goodput >= 0.9 * rate;
}

async function start(): Promise<Running> {
  const root = join(__dirname, '../..');
  buildNow(root);
  const folder = mkdtempSync(join(tmpdir(), 'openline-bench-sip-'));
  const edge = child([join(root, 'dist/sip/edge.js')], {
    ...SECRETS,
    OPENLINE_DATA: folder,
    RECORDINGS_DIR: folder,
    SIP_LISTEN: 'udp://127.0.0.1:0',
    DRACHTIO_LISTEN: '127.0.0.1:0',
    MEDIA_LISTEN: '127.0.0.1:0',
    MEDIA_PORTS: '0',
    LOG_LEVEL: 'warn',
    NODE_ENV: 'production',
  });
  const line = await edge.says(/^{"event":"edge-listening".*$/m);
  const { sip: urls, drachtio } = JSON.parse(line) as { sip: string[]; drachtio: string };
  const port = (url = '') => Number(url.slice(url.lastIndexOf(':') + 1));
  const app = child([join(__dirname, 'sip-app.cjs')], {
    ...SECRETS,
    DRACHTIO_PORT: String(port(drachtio)),
  });
  await app.says(/^ready$/m);
  return {
    port: port(urls[0]),
    edge: edge.pid,
    app: app.pid,
    stop: async () => {
      await app.end();
      await edge.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function child(args: string[], env: Record<string, string>) {
  const running: ChildProcess = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], NODE_PATH: join(__dirname, '../../node_modules'), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  running.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const gone = once(running, 'exit');
  return {
    pid: running.pid ?? -1,
    says: (pattern: RegExp) =>
      waitFor(`${args[0]} to start`, () => pattern.exec(printed)?.[0], 20_000),
    end: async () => {
      running.kill('SIGINT');
      await gone;
    },
  };
}
