/**
 * The edge process: SIP engine, media engine and control server, wired together. It outlives the
 * app. How it ends is in edge-signals.ts.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import pino, { type Logger } from 'pino';
import { Claims } from './control/claims';
import { startControlServer, type ControlServer } from './control/server';
import { drachtioTls, outbound } from './app-certificates';
import { goAhead } from './edge-priority';
import { onSignals } from './edge-signals';
import { lockFolder } from './folder-lock';
import { startSignalling } from './gateway/signalling';
import type { Signalling } from './gateway/signalling-options';
import type { Door } from './guard/door';
import { isPrivateSource } from './guard/private-source';
import { startFilesServer, type FilesServer } from './handover/files-server';
import { markFolder } from './handover/folder-mark';
import { Announcements } from './media/announcements';
import { measureForward, streamsFor, UNMEASURED_MICROS } from './media/capacity';
import { startMediaEngine } from './media/engine';
import type { MediaEngine } from './media/engine-port';
import { mediaAddresses } from './media-addresses';
import { CARRIED } from './sdp/codecs';
import { readSettings, type EdgeSettings } from './settings';
import { readCertificate } from './transport/certificate';

/** Time for our BYEs to leave and, on loopback and LAN, to be answered. */
const BYE_MS = 300;

interface Edge {
  signalling: Signalling | undefined;
  control: ControlServer;
  media: MediaEngine;
  /** Undefined where apps share our recordings folder. */
  files: FilesServer | undefined;
  /** That it takes at a time. */
  maxStreams: number;
}

async function main(): Promise<void> {
  const read = readSettings(process.env);
  if ('problems' in read) return refuse(read.problems);
  const { settings } = read;
  const log = pino({ level: settings.logLevel, name: 'edge' }, pino.destination(2));
  goAhead(log);
  const edge = await start(settings, log).catch((error: Error) => refuse([error.message]));
  // First: whoever reads the line may send a signal at once.
  onSignals({ ...edge, end: () => end(edge) }, settings, log);
  announce(edge);
}

/** Starts everything or nothing. */
async function start(settings: EdgeSettings, log: Logger): Promise<Edge> {
  const { graceMs, orphanLimitMs } = settings;
  process.on('exit', lockFolder(settings.dataDir));
  const maxStreams = settings.maxStreams ?? (await measuredStreams(settings.mediaWorkers, log));
  const media = await startMediaEngine({ ...mediaOptions(settings, log), maxStreams });
  try {
    const announcements = new Announcements(media);
    const claims = new Claims(join(settings.dataDir, 'claims.json'), log);
    const signalling = settings.mediaOnly
      ? undefined
      : await startSip(settings, { announcements, claims }, log);
    const door = () => signalling?.door();
    const files = await startFiles(settings, { media, door: door(), log });
    const control = await startControlServer({
      listen: settings.control,
      secret: settings.control.secret,
      media,
      dialogs: signalling?.dialogs ?? NO_DIALOGS,
      guard: signalling?.guard,
      flows: signalling?.flows,
      door: door(),
      announcements,
      claims,
      files: files && edgeFiles(files, settings),
      orphanLimitMs,
      log,
    }).catch(async (error: Error) => {
      await files?.close();
      await signalling?.close();
      throw error;
    });
    signalling?.connectControl({ tellApp: control.tellApp, media: control.mediaDirectory });
    void media.finishFallen();
    log.info({ graceMs, orphanLimitMs }, 'edge started');
    return { signalling, control, media, files, maxStreams };
  } catch (error) {
    await media.close();
    throw error;
  }
}

/** Nothing is served where apps share our folder. */
async function startFiles(
  { filesListen: listen, control: { secret } }: EdgeSettings,
  parts: { media: MediaEngine; door: Door | undefined; log: Logger },
): Promise<FilesServer | undefined> {
  const { media, door, log } = parts;
  return listen && startFilesServer({ listen, secret, files: media.files, door, log });
}

function edgeFiles(server: FilesServer, { recordingsDir, recordingsDir2 }: EdgeSettings) {
  const folder = markFolder(recordingsDir);
  if (recordingsDir2 !== undefined) markFolder(recordingsDir2, folder);
  return (app: string, reached: string) => ({ url: server.urlFor(app, reached), folder });
}

async function startSip(
  settings: EdgeSettings,
  parts: { announcements: Announcements; claims: Claims },
  log: Logger,
): Promise<Signalling> {
  const { sip, graceMs, orphanLimitMs, privateOnly, sipNetworks: networks } = settings;
  const { dataDir, recover, lineLimit, messageLimits, peer, cdrs } = settings;
  const admit = privateOnly ? isPrivateSource : () => true;
  const certificate = settings.tls && readCertificate(settings.tls);
  return startSignalling({
    sip,
    admit,
    certificate,
    passageSecret: settings.control.secret,
    networks,
    drachtio: { ...settings.drachtio, tls: drachtioTls(settings) },
    outbound: outbound(settings),
    dataDir,
    recover,
    lineLimit,
    messageLimits,
    peer,
    cdrs,
    ...parts,
    graceMs,
    orphanLimitMs,
    log,
  });
}

/** A media-only edge has no dialogs. */
const NO_DIALOGS = {
  list: () => [],
  invites: () => [],
  noteInvite: () => undefined,
  whole: () => Promise.resolve(),
  note: () => false,
  reattached: () => undefined,
  hotlines: () => undefined,
};

/** MEDIA_MAX_STREAMS is not set. More workers than cores carry no more. */
async function measuredStreams(workers: number, log: Logger): Promise<number> {
  const forwardMicros = await measureForward().catch((err: unknown) => {
    log.warn({ err }, 'the machine was not measured');
    return UNMEASURED_MICROS;
  });
  const cores = Math.min(workers, availableParallelism());
  const maxStreams = streamsFor(forwardMicros, cores);
  const facts = { maxStreams, cores, forwardMicros: Math.round(forwardMicros * 10) / 10 };
  log.info(facts, 'as many streams are taken as this machine was measured to carry');
  return maxStreams;
}

function mediaOptions(settings: EdgeSettings, log: Logger) {
  const assets = join(packageRoot(), 'media');
  const [address, otherFamily] = mediaAddresses(settings);
  return {
    ports: settings.mediaPorts,
    address,
    otherFamily,
    can: CARRIED,
    workers: settings.mediaWorkers,
    recordingsDir: settings.recordingsDir,
    recordingsDir2: settings.recordingsDir2,
    filesAreFetched: settings.filesListen !== undefined,
    ledgerFile: join(settings.dataDir, 'recordings.jsonl'),
    promptsDir: join(assets, 'prompts'),
    musicFile: join(assets, 'music', 'default.wav'),
    ownPromptsDir: settings.ownPromptsDir,
    log,
  };
}

/** Sources and `dist/` lie at different depths below it. */
function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

function announce({ signalling, control, files, maxStreams }: Edge): void {
  const hostPort = (a: { host: string; port: number }) => `${a.host}:${a.port}`;
  const line = {
    event: 'edge-listening',
    sip: signalling?.sip ?? [],
    drachtio: signalling?.drachtio.port ? hostPort(signalling.drachtio) : null,
    ...(signalling?.drachtioTls && { drachtioTls: hostPort(signalling.drachtioTls) }),
    control: hostPort(control.address),
    ...(files && { files: hostPort(files.address) }),
    maxStreams,
    pid: process.pid,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function end({ signalling, control, media, files }: Edge): Promise<void> {
  signalling?.endAllCalls('Server shutting down');
  await new Promise((resolve) => setTimeout(resolve, BYE_MS));
  await media.close();
  await control.close();
  await files?.close();
  await signalling?.close();
}

function refuse(problems: string[]): never {
  for (const problem of problems) process.stderr.write(`edge: ${problem}\n`);
  process.exit(1);
}

void main();
