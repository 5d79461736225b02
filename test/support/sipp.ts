import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait';

/**
 * Runs sipp with a scenario of test/support/scenarios (or XML text) whose `{{names}}` are filled in
 * first. sipp only signals here: the SDP names the media address of the test's own tone meter, unless
 * the scenario streams a file itself.
 *
 * Traps of sipp 3.6.1: an XML tag ends at the first `>` inside an attribute; `-mp` would bind the media
 * port, so ours travels as a value; without `-nostdin` it reads the terminal of the test run.
 */
export interface SippOptions {
  /** Name of a file in test/support/scenarios without `.xml`, or XML text. */
  scenario: string;
  /** Where requests go; absent for a scenario that waits for one. */
  target?: { host: string; port: number };
  protocol?: 'udp' | 'tcp';
  /** Local address, 127.0.0.1 unless told. */
  host?: string;
  /** Local SIP port; a free one unless told. */
  port?: number;
  /** Fills `{{name}}` in the scenario; may hold sipp's own `[keywords]`. */
  values?: Record<string, string | number>;
  /** One line for each call in turn, whose values are `[field0]`, `[field1]` … in the scenario. */
  lines?: (string | number)[][];
  /** Calls to make or to take before sipp ends; 1 unless told. */
  calls?: number;
  /** New calls a second; 10 unless told. */
  rate?: number;
  /** Returns every RTP packet to where it came from, at this local port. */
  echoPort?: number;
  /** First local port for `rtp_stream`. */
  streamPort?: number;
  /** sipp gives up after this time; 60 s unless told. */
  limitSeconds?: number;
}

export interface SippResult {
  /** 0: every call went as the scenario says. */
  code: number;
  stats: { successful: number; failed: number; retransmissions: number };
  /** Everything sent and received, as sipp logged it. */
  messages: string;
  /** sipp's own words about what it did not expect. */
  errors: string;
}

export interface SippRun {
  port: number;
  pid: number;
  /** Settles when sipp ended by itself or by `stop`; never rejects. */
  done: Promise<SippResult>;
  /** The log so far. */
  messages(): string;
  /** Waits until the log has the pattern, for example /SIP\/2.0 180/. */
  logged(pattern: RegExp, deadlineMs?: number): Promise<RegExpMatchArray>;
  /** The first SDP that it was sent: the answer to a caller's offer, or the offer to an agent. */
  heardSdp(deadlineMs?: number): Promise<string>;
  /** Ends sipp at once, without ending its calls. */
  stop(): Promise<SippResult>;
}

/** What a scenario may leave to us. */
const DEFAULTS: Record<string, string | number> = {
  number: '400',
  from: '13800000001',
  payloadType: 8,
  codec: 'PCMA',
  mediaHost: '127.0.0.1',
  mediaPort: 9,
  talkMs: 1000,
  ringMs: 0,
  expires: 300,
  contactParams: '',
  expect: 200,
  realm: 'openline',
};

/** Starts sipp and returns once its SIP port is bound. */
export async function runSipp(options: SippOptions): Promise<SippRun> {
  const folder = mkdtempSync(join(tmpdir(), 'openline-sipp-'));
  const port = options.port ?? (await freeUdpPort(options.host));
  writeFileSync(join(folder, 'scenario.xml'), fillIn(readScenario(options.scenario), options));
  const lines = options.lines?.map((line) => line.join(';')) ?? [];
  writeFileSync(join(folder, 'lines.csv'), ['SEQUENTIAL', ...lines, ''].join('\n'));
  const child = spawn('sipp', argumentsOf(options, port), {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const messages = (): string => readIfThere(join(folder, 'messages.log'));
  const done = ended(child).then((code): SippResult => {
    const errors = stderr + readIfThere(join(folder, 'errors.log'));
    const stats = parseStats(readIfThere(join(folder, 'stats.csv')));
    const result = { code, stats, messages: messages(), errors };
    rmSync(folder, { recursive: true, force: true });
    return result;
  });
  const run: SippRun = {
    port,
    pid: child.pid ?? -1,
    done,
    messages,
    logged: (pattern, deadlineMs = 10_000) =>
      waitFor(`sipp to log ${String(pattern)}`, () => pattern.exec(messages()), deadlineMs),
    heardSdp: (deadlineMs = 10_000) =>
      waitFor('sipp to be sent an SDP', () => firstReceivedSdp(messages()), deadlineMs),
    stop: () => {
      child.kill('SIGKILL');
      return done;
    },
  };
  if (options.target === undefined) await bound(options, port, child, () => stderr);
  return run;
}

/** A phone that waits for calls: `runSipp` with as many calls as come. */
export function startSippAgent(options: Omit<SippOptions, 'target'>): Promise<SippRun> {
  return runSipp({ calls: 1_000_000, limitSeconds: 600, ...options });
}

/** A UDP port that nobody had a moment ago. */
export function freeUdpPort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, host, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/**
 * A port that is free over UDP and over TCP: other programs' connections have ports of their own kind. `next`: so is the
 * one after it over TCP, which baresip takes for TLS.
 */
export async function freePort(host = '127.0.0.1', next = false): Promise<number> {
  const port = await freeUdpPort(host);
  const isFree = (await isFreeTcp(port, host)) && (!next || (await isFreeTcp(port + 1, host)));
  return isFree ? port : freePort(host, next);
}

async function isFreeTcp(port: number, host: string): Promise<boolean> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => resolve(true));
  });
  server.close();
  return isFree;
}

/** Successful and failed calls of sipp's statistics file, from its last line. */
export function parseStats(csv: string): SippResult['stats'] {
  const lines = csv.trim().split('\n');
  const names = lines[0]?.split(';') ?? [];
  const last = lines.at(-1)?.split(';') ?? [];
  const count = (name: string): number => Number(last[names.indexOf(name)] ?? 0) || 0;
  return {
    successful: count('SuccessfulCall(C)'),
    failed: count('FailedCall(C)'),
    retransmissions: count('Retransmissions(C)'),
  };
}

/** A message of sipp's log that carried SDP. */
export interface LoggedSdp {
  direction: 'sent' | 'received';
  /** First line of the message. */
  start: string;
  callId: string;
  from: string;
  sdp: string;
}

/** Every SDP of the log, in order; retransmissions stand in it again. */
export function loggedSdps(log: string): LoggedSdp[] {
  return log.split(/^-{20,}.*$/m).flatMap((part) => {
    const direction = /^\w+ message (sent|received)/m.exec(part)?.[1];
    const sdp = /^v=0[\s\S]*/m.exec(part)?.[0].trim();
    if (direction === undefined || sdp === undefined) return [];
    const header = (name: string) =>
      new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'im').exec(part)?.[1] ?? '';
    const start = /^(?:SIP\/2\.0 |INVITE |ACK ).*$/m.exec(part)?.[0].trim() ?? '';
    const heard = direction === 'sent' ? 'sent' : 'received';
    return [{ direction: heard, start, callId: header('Call-ID'), from: header('From'), sdp }];
  });
}

/** The log divides messages by lines of dashes; each says whether it was sent or received. */
export function firstReceivedSdp(log: string): string | null {
  const received = log.split(/^-{20,}.*$/m).filter((part) => /^\w+ message received/m.test(part));
  const sdp = received
    .map((part) => /^v=0[\s\S]*/m.exec(part)?.[0])
    .find((one) => one?.includes('m='));
  return sdp?.trim() ?? null;
}

function readScenario(scenario: string): string {
  return scenario.trimStart().startsWith('<')
    ? scenario
    : readFileSync(join(__dirname, 'scenarios', `${scenario}.xml`), 'utf8');
}

function fillIn(xml: string, options: SippOptions): string {
  const values = { ...DEFAULTS, ...options.values };
  return xml.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the scenario needs a value for {{${name}}}`);
    return String(value);
  });
}

function argumentsOf(options: SippOptions, port: number): string[] {
  const host = options.host ?? '127.0.0.1';
  const target =
    options.target === undefined ? [] : [`${options.target.host}:${options.target.port}`];
  const flags: Record<string, string | number> = {
    '-sf': 'scenario.xml',
    '-i': host,
    '-p': port,
    '-mi': host,
    '-t': options.protocol === 'tcp' ? 't1' : 'u1',
    '-m': options.calls ?? 1,
    '-r': options.rate ?? 10,
    '-timeout': `${options.limitSeconds ?? 60}s`,
    '-message_file': 'messages.log',
    '-error_file': 'errors.log',
    '-stf': 'stats.csv',
    '-fd': 1,
  };
  const mediaPort = options.echoPort ?? options.streamPort;
  if (mediaPort !== undefined) flags['-mp'] = mediaPort;
  return [
    ...target,
    ...Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)]),
    ...['-trace_msg', '-trace_err', '-trace_stat', '-timeout_error', '-nostdin'],
    ...(options.lines === undefined ? [] : ['-inf', 'lines.csv']),
    ...(options.echoPort === undefined ? [] : ['-rtp_echo']),
  ];
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 137));
  });
}

/** Calls sent before sipp listens would meet a closed port, so an agent is ready when it is bound. */
async function bound(
  options: SippOptions,
  port: number,
  child: ChildProcess,
  stderr: () => string,
): Promise<void> {
  const table = options.protocol === 'tcp' ? '/proc/net/tcp' : '/proc/net/udp';
  const entry = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  await waitFor(`sipp to listen on port ${port}`, () => {
    if (child.exitCode !== null) throw new Error(`sipp ended at once: ${stderr()}`);
    return readFileSync(table, 'utf8').includes(entry);
  });
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
