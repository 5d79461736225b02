import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './sipp';
import { decode, tonePayload } from './tone';
import { Seen, waitFor, within } from './wait';

/**
 * baresip 1.0.0 without a screen as a telemarketer's phone: registers with digest, plays a tone as its
 * microphone, records what it hears, and is told by its control port when to pick up and hang up.
 *
 * Traps of baresip 1.0.0: `net_interface lo` fails where the address works; `audio_player aufile`
 * writes nothing, so what it hears is recorded by the sndfile filter in front of a silent player; the
 * control port speaks netstrings of JSON; an account has only those codecs that were loaded before `account`.
 */
export interface BaresipOptions {
  /** Address-of-record and credentials: `8001`, `openline`, `secret`. */
  user: string;
  realm: string;
  password: string;
  /** The registrar, which is also the outbound proxy. */
  server: { host: string; port: number };
  transport?: 'udp' | 'tcp' | 'tls';
  /** The certificate (PEM file) by which the server is known; needed for TLS. */
  caFile?: string;
  /** Frequency of the tone it speaks. */
  toneHz: number;
  /** The only one that it speaks. */
  codec?: 'PCMA' | 'PCMU' | 'G722';
  /** SRTP by SDES, and nothing else. */
  encrypted?: boolean;
  /** `auto` picks up at once; `manual` (the default) waits for `accept`. */
  answer?: 'manual' | 'auto';
}

/** An event of baresip's control port, for example `CALL_INCOMING` or `CALL_ESTABLISHED`. */
export interface BaresipEvent {
  type: string;
  peeruri?: string;
  id?: string;
  param?: string;
}

export interface Baresip {
  pid: number;
  port: number;
  events: Seen<BaresipEvent>;
  /** Picks up the call that rings. */
  accept(): Promise<void>;
  /** Calls somebody: a SIP URI. */
  dial(uri: string): Promise<void>;
  hangUp(): Promise<void>;
  /** Puts its call on hold (`sendonly`), and takes it back. */
  hold(): Promise<void>;
  resume(): Promise<void>;
  /** Sends whom it talks to there: REFER without Replaces. */
  transfer(uri: string): Promise<void>;
  /** Presses a key in its call, by telephone events. */
  pressKey(key: string): Promise<void>;
  /** Everything it printed. */
  log(): string;
  /** The WAV (16-bit, 8 kHz, mono) of what it heard in the newest call; complete once `CALL_CLOSED` came. */
  heard(): Buffer;
  /** Unregisters and ends. */
  stop(): Promise<void>;
}

/** Starts the phone and returns once the registrar has accepted it. */
export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const folder = mkdtempSync(join(tmpdir(), 'openline-baresip-'));
  const ports = {
    sip: await freePort('127.0.0.1', true),
    rtp: 44_000 + 20 * Math.floor(Math.random() * 500),
    control: await freeTcpPort(),
  };
  writeSetUp(folder, options, ports);
  const child = spawn('baresip', ['-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (text: string): void => void (log += text);
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  try {
    await waitFor(
      `baresip to register as ${options.user}`,
      () => {
        if (child.exitCode !== null) throw new Error(`baresip ended at once:\n${log}`);
        return /\{0\/\w+\/v4\} 200 OK/.test(log);
      },
      15_000,
    );
    const control = await connectControl(ports.control);
    return phone({ child, control, folder, port: ports.sip, log: () => log });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${String(error)}\n${log}`);
  }
}

interface Parts {
  child: ChildProcess;
  control: Control;
  folder: string;
  port: number;
  log: () => string;
}

function phone({ child, control, folder, port, log }: Parts): Baresip {
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    pid: child.pid ?? -1,
    port,
    events: control.events,
    log,
    accept: () => control.command('accept'),
    dial: (uri) => control.command('dial', uri),
    hangUp: () => control.command('hangup'),
    hold: () => control.command('hold'),
    resume: () => control.command('resume'),
    transfer: (uri) => control.command('transfer', uri),
    pressKey: (key) => control.command('sndcode', key),
    heard: () => {
      // Names begin with the time: the last one is that of the newest call.
      const files = readdirSync(join(folder, 'snd')).filter((name) => name.endsWith('-dec.wav'));
      const file = files.sort().at(-1);
      if (file === undefined) throw new Error(`baresip recorded nothing:\n${log()}`);
      return readFileSync(join(folder, 'snd', file));
    },
    stop: async () => {
      control.end();
      child.kill('SIGTERM');
      // It waits for its un-REGISTER to be answered; a server that has gone would keep it for 32 s.
      await within('baresip to end', gone, 2_000).catch(() => child.kill('SIGKILL'));
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeSetUp(
  folder: string,
  options: BaresipOptions,
  ports: { sip: number; rtp: number; control: number },
): void {
  mkdirSync(join(folder, 'snd'));
  const tone = join(folder, 'tone.wav');
  writeFileSync(tone, toneWav(options.toneHz, 60));
  const transport = options.transport ?? 'udp';
  const { host, port } = options.server;
  writeFileSync(
    join(folder, 'config'),
    [
      `sip_listen 127.0.0.1:${ports.sip}`,
      ...(options.caFile === undefined ? [] : [`sip_cafile ${options.caFile}`]),
      ...(transport === 'tls' ? ['sip_verify_server yes'] : []),
      'net_interface 127.0.0.1',
      `rtp_ports ${ports.rtp}-${ports.rtp + 18}`,
      `audio_source aufile,${tone}`,
      'audio_player aubridge,nil',
      'audio_alert aubridge,nil',
      ...['ausrc_srate 8000', 'auplay_srate 8000', 'ausrc_channels 1', 'auplay_channels 1'],
      `snd_path ${join(folder, 'snd')}`,
      `ctrl_tcp_listen 127.0.0.1:${ports.control}`,
      'module_path /usr/lib/baresip/modules',
      ...['srtp', 'g711', 'g722', 'account', 'aufile', 'aubridge', 'sndfile'].map(
        (name) => `module ${name}.so`,
      ),
      'module_tmp uuid.so',
      ...['menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
      '',
    ].join('\n'),
  );
  const account = [
    `<sip:${options.user}@${options.realm};transport=${transport}>`,
    `auth_user=${options.user}`,
    `auth_pass=${options.password}`,
    `outbound="sip:${host}:${port};transport=${transport}"`,
    'regint=60',
    `answermode=${options.answer ?? 'manual'}`,
    // By the rate that it samples at, which is not that of the clock in SDP.
    `audio_codecs=${options.codec === 'G722' ? 'G722/16000/1' : `${options.codec ?? 'PCMA'}/8000/1`}`,
    ...(options.encrypted === true ? ['mediaenc=srtp-mand'] : []),
  ];
  writeFileSync(join(folder, 'accounts'), `${account.join(';')}\n`);
  writeFileSync(join(folder, 'contacts'), '');
}

/** The tone as a 16-bit mono WAV at 8 kHz, the only kind that aufile plays without resampling. */
function toneWav(hz: number, lengthSeconds: number): Buffer {
  const samples = decode('PCMA', tonePayload('PCMA', hz, 0, 8000 * lengthSeconds));
  const wav = Buffer.alloc(44 + samples.byteLength);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(16_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(samples.byteLength, 40);
  Buffer.from(samples.buffer).copy(wav, 44);
  return wav;
}

interface Control {
  events: Seen<BaresipEvent>;
  command(name: string, params?: string): Promise<void>;
  end(): void;
}

async function connectControl(port: number): Promise<Control> {
  const socket = await waitFor('the control port of baresip', () => connect(port));
  const events = new Seen<BaresipEvent>();
  const replies = new Seen<{ token: string; ok: boolean; data?: string }>();
  let rest = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    for (let text = takeNetstring(); text !== null; text = takeNetstring()) {
      const message = JSON.parse(text) as BaresipEvent & { event?: boolean };
      if (message.event === true) events.add(message);
      else replies.add(message as unknown as { token: string; ok: boolean });
    }
  });
  const takeNetstring = (): string | null => {
    const colon = rest.indexOf(':');
    const length = Number(rest.subarray(0, Math.max(colon, 0)).toString('latin1'));
    // length, colon, text, comma
    if (colon < 1 || rest.length < colon + 1 + length + 1) return null;
    const text = rest.subarray(colon + 1, colon + 1 + length).toString('utf8');
    rest = rest.subarray(colon + 1 + length + 1);
    return text;
  };
  let tokens = 0;
  return {
    events,
    command: async (name, params) => {
      const token = String((tokens += 1));
      const text = JSON.stringify({ command: name, params, token });
      socket.write(`${Buffer.byteLength(text)}:${text},`);
      const reply = await replies.next(`baresip to ${name}`, (one) => one.token === token);
      if (!reply.ok) throw new Error(`baresip refused ${name}: ${reply.data ?? ''}`);
    },
    end: () => socket.destroy(),
  };
}

function connect(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

function freeTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
