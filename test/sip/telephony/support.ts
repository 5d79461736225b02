import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { Claims } from '../../../sip/control/claims';
import { startControlServer } from '../../../sip/control/server';
import { startSignalling } from '../../../sip/gateway/signalling';
import type { Signalling } from '../../../sip/gateway/signalling-options';
import { connectControl, type EventLine } from '../../../sip/index';
import { Announcements } from '../../../sip/media/announcements';
import { startMediaEngine } from '../../../sip/media/engine';
import type { MediaEngine } from '../../../sip/media/engine-port';
import { CARRIED } from '../../../sip/sdp/codecs';
import { readCertificate, type CertificateFiles } from '../../../sip/transport/certificate';
import type { DomainEvent, Lookup } from '../../../src/domain/events';
import type { Plan } from '../../../src/domain/plan';
import type { LegMedia, Media, Refer, Replace } from '../../../src/engine/ports';
import { uuidv7Maker } from '../../../src/engine/id';
import { embeddedMedia } from '../../../src/media/embedded/media';
import { ha1 } from '../../../src/telephony/digest';
import { edgeDialogs } from '../../../src/telephony/edge-dialogs';
import type { PlaceWait } from '../../../src/telephony/answering';
import type { FoundLeg } from '../../../src/telephony/reattach';
import type { SilenceLimits } from '../../../src/telephony/silent-legs';
import { DrachtioTelephony } from '../../../src/telephony/telephony';
import { outsideServer } from '../../support/outside';
import { Seen, waitFor } from '../../support/wait';
import { routed, signallingOf } from './outside';
import type { Phone } from '../support/phone';

/** An edge in this process: real SIP, real control, real media, and no app yet. */
export interface Edge {
  signalling: Signalling;
  /** What an app says to it. */
  secret: string;
  media: MediaEngine;
  udpPort: number;
  control: { host: string; port: number };
  close(): Promise<void>;
}

const SECRET = 'cymru';
const silent = pino({ level: 'silent' });
const root = join(__dirname, '../../..');

/** What a refusal says that we carry. */
export const OURS =
  'PCMA, PCMU, G722 over RTP/AVP or RTP/SAVP with ' +
  'AES_CM_128_HMAC_SHA1_80 AEAD_AES_128_GCM AES_CM_128_HMAC_SHA1_32';

export interface EdgeOptions {
  /** Else a folder of its own, which goes with it. */
  dataDir?: string;
  waitForAppMs?: number;
  longestRingMs?: number;
  graceMs?: number;
  maxStreams?: number;
  log?: Logger;
  /** Of retransmissions, in milliseconds; 64 of it is how long an answer may take. */
  t1?: number;
  /** A listener of TLS as well. */
  certificate?: CertificateFiles;
  /** Further listeners. */
  also?: ('tcp' | 'ws' | 'wss')[];
  /** Awaited when the edge has opened a stream of its own, before it goes on: the moment of a race. */
  opened?: () => Promise<unknown>;
}

export async function startEdge(options: EdgeOptions = {}): Promise<Edge> {
  const { log = silent } = options;
  const recordingsDir = await mkdtemp(join(tmpdir(), 'openline-telephony-'));
  const media = await startMediaEngine({
    ports: [0, 0],
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    can: CARRIED,
    workers: 1,
    maxStreams: options.maxStreams ?? 100,
    recordingsDir,
    promptsDir: join(root, 'media/prompts'),
    musicFile: join(root, 'media/music/default.wav'),
    log,
  });
  const announcements = new Announcements(media);
  const open = announcements.open.bind(announcements);
  announcements.open = async (offer) => {
    const stream = await open(offer);
    await options.opened?.();
    return stream;
  };
  const { certificate, also = [], dataDir = join(recordingsDir, 'edge') } = options;
  const claims = new Claims(join(dataDir, 'claims.json'), log);
  const outside = outsideServer();
  const signalling = outside
    ? signallingOf(outside)
    : await startSignalling({
        sip: (['udp', ...(certificate ? (['tls'] as const) : []), ...also] as const).map(
          (protocol) => ({ protocol, host: '127.0.0.1', port: 0 }),
        ),
        certificate: certificate && readCertificate(certificate),
        admit: () => true,
        drachtio: { host: '127.0.0.1', port: 0, secret: SECRET },
        ...{ dataDir, announcements, claims },
        waitForAppMs: options.waitForAppMs ?? 20_000,
        longestRingMs: options.longestRingMs ?? 50_000,
        graceMs: options.graceMs ?? 60_000,
        orphanLimitMs: 60_000,
        log,
        timing: { t1: options.t1 ?? 20, t2: 160, t4: 50 },
      });
  const control = await startControlServer({
    listen: { host: '127.0.0.1', port: 0 },
    secret: SECRET,
    media,
    dialogs: signalling.dialogs,
    flows: signalling.flows,
    ...{ announcements, claims },
    orphanLimitMs: 60_000,
    log,
  });
  signalling.connectControl({ tellApp: control.tellApp, media: control.mediaDirectory });
  return {
    signalling,
    secret: outside?.secret ?? SECRET,
    media,
    udpPort: Number(signalling.sip[0]?.split(':').at(-1)),
    control: control.address,
    close: async () => {
      await control.close();
      await signalling.close();
      await media.close();
      await rm(recordingsDir, { recursive: true });
    },
  };
}

/** Telephony of an app on that edge, with every fact it submits. */
export interface TestApp {
  telephony: DrachtioTelephony;
  events: Seen<DomainEvent>;
  found: FoundLeg[];
  /** The edge's media, as telephony has it, and as the engine has it. */
  media: LegMedia;
  calls: Media;
  /** Everything that the edge told over control. */
  told: EventLine[];
  /** The next event of the type; `from` is an index into `events`. */
  next<T extends DomainEvent['type']>(
    type: T,
    from?: number,
  ): Promise<Extract<DomainEvent, { type: T }>>;
  /** Goes as a killed process does: nothing is said to anybody. */
  close(): void;
}

export interface TestAppOptions {
  plan: Plan;
  /** Answer of the database about callers. */
  lookup?: (number: string) => Promise<Lookup>;
  /** What the engine says to a REFER; else there is nobody of that name. */
  refer?: Refer;
  /** What it says to an INVITE with Replaces; else the dialog is nobody's. */
  replacing?: Replace;
  /** Is given every fact that telephony submits. */
  heard?: (event: DomainEvent) => void;
  /** Where it looks for the edge's drachtio port, when something stands in between. */
  drachtio?: { host: string; port: number };
  log?: Logger;
  /** Where its bindings are; else in a folder of its own, which goes with it. */
  folder?: string;
  /** How phones are asked by OPTIONS; as the product does unless told. */
  phoneWatch?: { everyMs: number; patienceMs: number };
  /** How long gateways may keep silent; as the product does unless told. */
  gatewayPatience?: { silentMs: number; tryingMs: number };
  /** How long a carrier may take to join two legs; as in the product unless told. */
  releasePatienceMs?: number;
  /** How long a caller may wait for a stream; as the product does unless told. */
  placeWait?: PlaceWait;
  /** How long a leg may be silent; as in the product unless told. */
  silence?: SilenceLimits;
}

const NOBODYS: Replace = {
  mayReplace: () => 'NOT_YOUR_TALK',
  replace: () => 'NOT_YOUR_TALK',
};

export async function startTestApp(edge: Edge, options: TestAppOptions): Promise<TestApp> {
  const { log = silent } = options;
  const own = await mkdtemp(join(tmpdir(), 'openline-telephony-app-'));
  const folder = options.folder ?? own;
  const events = new Seen<DomainEvent>();
  const submit = (event: DomainEvent) => {
    events.add(event);
    options.heard?.(event);
  };
  const control = connectControl({ ...edge.control, secret: SECRET, app: 'cell:all', log });
  const told: EventLine[] = [];
  control.on('event', (line) => told.push(line));
  const media = embeddedMedia({
    control,
    submit,
    language: 'en',
    now: Date.now,
    onDialogEnded: (event) => telephony.dialogEnded(event),
    onLegQuality: () => undefined,
    onLegHeard: (legId) => telephony.heard(legId),
    onMediaLost: (callId) => telephony.mediaLost(callId),
    onRecorded: () => undefined,
    onFlowEnded: (event) => telephony.flowEnded(event),
    onCallerServed: (event) => telephony.callerServed(event),
    written: () => Promise.resolve(),
    log,
  });
  const find = options.lookup ?? (() => Promise.resolve<Lookup>({ result: 'none' }));
  const telephony: DrachtioTelephony = new DrachtioTelephony({
    // An edge would wait for the control connection of a named app, which an outside server does not have.
    appName: outsideServer() ? '' : 'cell:all',
    drachtio: { ...(options.drachtio ?? edge.signalling.drachtio), secret: edge.secret },
    edge: edgeDialogs(control, log),
    media: media.legs,
    submit,
    refer: options.refer ?? (() => ({ refused: 'NO_SUCH_TARGET' })),
    replacing: options.replacing ?? NOBODYS,
    lookup: { find: (_store, number) => find(number) },
    makeId: uuidv7Maker(),
    now: Date.now,
    log,
    language: 'en',
    isKnown: () => Promise.resolve(false),
    written: () => Promise.resolve(),
    bindingsPath: join(folder, 'bindings.jsonl'),
    promptsDirs: [join(root, 'media/prompts')],
    ...(options.silence && { silence: options.silence }),
    ...(options.phoneWatch && { phoneWatch: options.phoneWatch }),
    ...(options.placeWait && { placeWait: options.placeWait }),
    ...(options.gatewayPatience && { gatewayPatience: options.gatewayPatience }),
    ...(options.releasePatienceMs && { releasePatienceMs: options.releasePatienceMs }),
  });
  telephony.applyPlan(options.plan);
  const found = await telephony.connect();
  media.begin();
  telephony.open();
  if (outsideServer()) await routed(edge.udpPort);
  return {
    telephony,
    events,
    found,
    media: media.legs,
    calls: media.media,
    told,
    next: (type, from = 0) =>
      events.next(`the event ${type}`, (event) => event.type === type, { from }) as never,
    close: () => {
      telephony.close();
      media.stop();
      control.close();
      void rm(own, { recursive: true, force: true });
    },
  };
}

/** A hotline 400 whose trunk is 127.0.0.1, a registering phone 8001 and a static one at `phonePort`. */
export function planWith(phonePort: number): Plan {
  return {
    sip: { realm: 'openline' },
    stores: [{ id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' }],
    trunks: [{ id: 'carrier', from: ['127.0.0.1'], channels: 60 }],
    queues: [
      { id: 'sales', store: 'bj01', strategy: 'longest-idle', ringSeconds: 20, wrapUpSeconds: 0 },
    ],
    hotlines: [{ number: '400', store: 'bj01', queue: 'sales', notice: 'none' }],
    people: [
      { id: 'wang', name: '王芳', post: 'telemarketer', store: 'bj01', queues: ['sales'] },
      { id: 'li', name: '李娜', post: 'telemarketer', store: 'bj01', queues: ['sales'] },
    ],
    phones: [
      {
        id: '8001',
        kind: 'register',
        person: 'wang',
        autoReady: false,
        ha1: ha1('8001', 'openline', 'secret'),
        ha1Sha256: ha1('8001', 'openline', 'secret', 'SHA-256'),
      },
      {
        id: '8002',
        kind: 'static',
        contact: `sip:li@127.0.0.1:${phonePort}`,
        person: 'li',
        autoReady: true,
        watch: true,
      },
    ],
  };
}

/** The app answers this phone's OPTIONS once it is registered for all. */
export function takesCalls(edge: Edge, phone: Phone): Promise<unknown> {
  let asked = 0;
  return waitFor('the app to take calls', () => {
    phone.ask(edge.udpPort, { method: 'OPTIONS', callId: `ready-${asked++}` });
    return phone.count(({ status, cseqMethod }) => status === 200 && cseqMethod === 'OPTIONS') > 0;
  });
}
