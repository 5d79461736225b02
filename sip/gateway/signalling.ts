import { join } from 'node:path';
import type { Logger } from 'pino';
import type { DialogDirectory, GuardDirectory, MediaDirectory, TellApp } from '../control/ports';
import { DialogTable } from '../dialog/dialog-table';
import { DigestBlock } from '../guard/digest-block';
import type { Door, DoorLimits } from '../guard/door';
import { ScannersHeard } from '../guard/scanners';
import { SourceLimits, type SourceRate } from '../guard/source-limits';
import type { MessageLimits } from '../message/limits';
import { RFC_TIMING, type Timing } from '../transaction/timing';
import { TransactionLayer, type TransactionUser } from '../transaction/transaction-layer';
import type { AddressNetwork } from '../transport/address-networks';
import type { Admit, Certificate, ConnectionLimits, Dropped, Flow } from '../transport/flow';
import { Network, type ListenAddress } from '../transport/network';
import type { Dns } from '../transport/resolve';
import type { Announcements } from '../media/announcements';
import { Absence } from './absence';
import { HotlineFile } from './alone/hotline-file';
import { Admission } from './admission';
import { AnswerAlone } from './alone/answer-alone';
import { ServedFile } from './alone/served-file';
import { RETRY_AFTER } from './absence-policy';
import { Answers } from './answers';
import { App, LINE_LIMIT } from './app';
import { AppServer } from './app-server';
import { Apps } from './apps';
import { Cancels } from './cancels';
import { Cdrs } from './cdr/cdrs';
import type { Context } from './context';
import { newCounters, type Counters } from './counters';
import { Directory } from './dialog-directory';
import { DialogInbound } from './dialog-inbound';
import { DialogOutbound } from './dialog-outbound';
import { Endings } from './endings';
import { guards } from './guard-directory';
import { Inbound } from './inbound';
import { Outbound } from './outbound';
import { PassThrough } from './pass-through';
import { Handover, type HandoverOptions, type Leaving } from './peer/handover';
import { Proxies } from './proxy';
import { RegisteredFlows } from './registered-flows';
import { Routes } from './routes';
import { isServed } from './served-source';
import { SessionRefresh } from './session-refresh';
import { Successes } from './successes';
import { AfterFall } from './survival/after-fall';
import { DialogFile, dialogsLeftIn } from './survival/dialog-file';
import { heldOf } from './survival/dialog-record';

export interface SignallingOptions extends HandoverOptions {
  sip: ListenAddress[];
  /** Sources that are served; others are dropped in silence and counted. */
  admit: Admit;
  /** For tls and wss listeners. */
  certificate?: Certificate | undefined;
  /** Which of our addresses Via and Contact name, by the peer's address. */
  networks?: readonly AddressNetwork[];
  /** The machine's name service, unless a test has its own. */
  dns?: Dns;
  drachtio: { host: string; port: number; secret: string };
  /** What must outlive this process is kept there. */
  dataDir: string;
  /** The edge's own voice; without it callers of an absent app are refused (503). */
  announcements?: Announcements | undefined;
  /** Dialogs of an absent app that talk to nobody end after this. */
  graceMs: number;
  /** Bridged dialogs of an absent app end this long after it went. */
  orphanLimitMs: number;
  /** SIP_LINE_LIMIT: callers who may wait in line until the app has caught up. */
  lineLimit?: number;
  /** SIP_RECOVER: callers of a fallen edge are offered new media; else they get BYE. */
  recover?: boolean;
  /** SIP_CDRS: apps that ask for them get call detail records. */
  cdrs?: boolean;
  /** How long an unanswered INVITE waits for its app: 20 s unless a test is in a hurry. */
  waitForAppMs?: number;
  log: Logger;
  /** RFC 3261's unless a test is in a hurry. */
  timing?: Timing;
  /** Of connections; the usual ones unless a test is in a hurry. */
  connectionLimits?: ConnectionLimits;
  /** Of an address that no app has accepted anything from; generous unless a test is not. */
  sourceRate?: SourceRate;
  /** SIP_MAX_MESSAGE_BYTES, SIP_MAX_HEADERS, SIP_MAX_LINE_BYTES. */
  messageLimits?: MessageLimits | undefined;
  /** Of connections that have not shown the secret; the usual ones unless a test is in a hurry. */
  doorLimits?: DoorLimits;
}

/** The SIP engine behind drachtio-srf, running. */
export interface Signalling {
  /** `udp://127.0.0.1:5060`, … with the real ports. */
  sip: string[];
  drachtio: { host: string; port: number };
  dialogs: DialogDirectory;
  counters: Readonly<Counters>;
  guard: GuardDirectory;
  /** For another port of this edge that apps prove a secret to: what is known of addresses is shared. */
  door(): Door;
  /** What is alive now: for metrics, and to see that nothing leaks. */
  load(): Load;
  /** Gives signalling its way to the control server, which is started after it. */
  connectControl(control: { tellApp: TellApp; media: MediaDirectory }): void;
  /** Handshakes from now on use this certificate; connections and calls go on. */
  certify(certificate: Certificate): void;
  /** SIGTERM: drains while another edge takes callers, else waits for an hour without any. */
  leave(leaving: Leaving): void;
  /** BYE with a Reason to every dialog, 503 or CANCEL to calls that are not answered; apps are told. */
  endAllCalls(reason: string): void;
  close(): Promise<void>;
}

export interface Load {
  /** Connections of apps. */
  apps: number;
  dialogs: number;
  transactions: number;
  /** Requests that wait for an app's answer. */
  incoming: number;
  /** Requests of apps that wait for a final response. */
  outgoing: number;
  /** New callers are sent to the peer edge. */
  draining: boolean;
}

/** Opens all listeners, or none: rejects with one message that names each that failed. */
export async function startSignalling(options: SignallingOptions): Promise<Signalling> {
  const timing = options.timing ?? RFC_TIMING;
  const counters = newCounters();
  const user: TransactionUser = {
    onRequest: (transaction) => parts.inbound.onRequest(transaction),
    onAck: (ack, flow) => parts.inbound.onAck(ack, flow),
    onCancel: (cancel, invite) => parts.inbound.onCancel(cancel, invite),
    onPassing: (request, flow) => parts.inbound.onPassing(request, flow),
    onStrayResponse: (response) => parts.inbound.onStrayResponse(response),
    wayBack: (request, flow) => parts.inbound.wayBack(request, flow),
    onUnreadable: () => parts.inbound.onUnreadable(),
    mayAnswer: (flow, bytes) => parts.inbound.mayAnswer(flow, bytes),
    isStranger: (request, flow) => parts.inbound.isStranger(request, flow),
  };
  const dialogsPath = join(options.dataDir, 'dialogs.jsonl');
  const apps = new Map<string, App>();
  const left = dialogsLeftIn(dialogsPath).map((record) =>
    heldOf(record, named(apps, record.app, options.lineLimit)),
  );
  const routes = new Routes();
  const context: Context = {
    network: Network.none(),
    layer: new TransactionLayer(timing, user, options.messageLimits),
    timing,
    log: options.log,
    counters,
    digestBlock: new DigestBlock(),
    sourceLimits: new SourceLimits(options.sourceRate),
    scannersHeard: new ScannersHeard(),
    routes,
    cdrs: options.cdrs === true ? new Cdrs(routes) : undefined,
    lineLimit: options.lineLimit ?? LINE_LIMIT,
    registered: new RegisteredFlows(),
    incoming: new Map(),
    invites: new Map(),
    outgoing: new Map(),
    subscribing: new Map(),
    dialogs: new DialogTable(),
    dialogFile: new DialogFile(dialogsPath, options.log, left),
    control: undefined,
    now: Date.now,
  };
  const parts = assemble(context, options, apps);
  const admit = (address: string) => {
    if (options.admit(address)) return true;
    counters.foreignSource++;
    return false;
  };
  const { certificate, networks, dns } = options;
  const receive = (text: string, flow: Flow) => {
    const known = parts.alone.isTrunk(flow.address);
    if (known || isServed(context, text, flow)) context.layer.receive(text, flow);
  };
  const dropped = (why: Dropped) => void counters[why]++;
  const { connectionLimits: limits, messageLimits } = options;
  const watched = { dropped, limits, messageLimits };
  const network = { admit, receive, certificate, networks, dns, ...watched };
  context.network = await Network.open(options.sip, network);
  const { guard, door } = guards(context, options.doorLimits);
  const server = await AppServer.listen(options.drachtio, new Apps(context, parts), door()).catch(
    async (error: Error) => {
      await context.network.close();
      throw error;
    },
  );
  for (const { name } of apps.values()) if (name !== undefined) parts.absence.expect(name);
  const treated = parts.afterFall.treat(left);
  parts.handover.start();
  return {
    sip: context.network.urls(),
    drachtio: server.address,
    dialogs: new Directory(context, parts.absence, parts.alone, treated),
    counters,
    guard,
    door,
    load: () => ({
      apps: server.connected,
      dialogs: context.dialogs.size,
      transactions: context.layer.size,
      incoming: context.incoming.size,
      outgoing: context.outgoing.size,
      draining: parts.handover.draining,
    }),
    connectControl: (control) => (context.control = control),
    certify: (certificate) => context.network.certify(certificate),
    leave: (leaving) => parts.handover.leave(leaving),
    endAllCalls: (reason) => endAllCalls(context, parts, reason),
    close: async () => {
      parts.handover.close();
      parts.proxy.close();
      await server.close();
      // Only now: the connections that close are apps that went away.
      parts.absence.close();
      parts.afterFall.close();
      parts.admission.close();
      stopTimers(context);
      await context.network.close();
      await Promise.all([
        parts.served.close(),
        parts.hotlines.flushed(),
        context.dialogFile.close(),
      ]);
    },
  };
}

function assemble(context: Context, limits: SignallingOptions, apps: Map<string, App>) {
  const cancels = new Cancels(context);
  const endings = new Endings(context, cancels);
  const sessionRefresh = new SessionRefresh(context, endings);
  // The parts need each other: what is called later is looked up later.
  const answers = new Answers(context, endings, sessionRefresh, (incoming, app) =>
    admission.answered(incoming, app),
  );
  const successes = new Successes(context, endings);
  const hotlines = new HotlineFile(join(limits.dataDir, 'hotlines.json'), context.log);
  const served = new ServedFile(join(limits.dataDir, 'callers.jsonl'), context.log);
  const { announcements } = limits;
  const alone = new AnswerAlone(context, { answers, endings, announcements, hotlines, served });
  const { recover = false } = limits;
  const afterFall = new AfterFall(context, { endings, sessionRefresh, announcements, recover });
  const absence = new Absence(context, apps, limits, {
    answers,
    endings,
    cancels,
    sessionRefresh,
    successes,
    alone,
  });
  for (const [name, list] of hotlines.all()) absence.expect(name, list);
  const proxy = new Proxies(context, limits.drachtio.secret);
  const passThrough = new PassThrough(context, (callId) => proxy.stamp(callId));
  const admission: Admission = new Admission(context, {
    alone,
    deliver: (incoming, app) => inbound.deliver(incoming, app),
  });
  const handover = new Handover(context, alone, apps, limits);
  const inbound: Inbound = new Inbound(context, {
    alone,
    handover,
    admission,
    absence,
    endings,
    proxy,
    passThrough,
    dialogs: new DialogInbound(context, { absence, endings }),
  });
  const outbound = new Outbound(context, { cancels, successes, sessionRefresh });
  const dialogs = new DialogOutbound(context, { endings, successes, cancels, sessionRefresh });
  return {
    ...{ endings, answers, cancels, absence, inbound, outbound, dialogs, proxy },
    ...{ alone, served, hotlines, afterFall, admission, handover },
  };
}

function named(apps: Map<string, App>, name: string, lineLimit: number | undefined): App {
  const known = apps.get(name);
  if (known !== undefined) return known;
  const app = new App(name, lineLimit);
  apps.set(name, app);
  return app;
}

function endAllCalls(
  context: Context,
  { endings, cancels, proxy, handover }: ReturnType<typeof assemble>,
  reason: string,
): void {
  handover.end();
  for (const held of [...context.dialogs.all()]) {
    if (held.dialog.state === 'confirmed') endings.bye(held, reason, 'edge-stopped');
  }
  for (const incoming of context.incoming.values()) {
    const open = incoming.request.method === 'INVITE' && !incoming.transaction.answered;
    if (open) incoming.respond(503, { headers: RETRY_AFTER });
  }
  for (const outgoing of context.outgoing.values()) {
    if (outgoing.request.method === 'INVITE') cancels.cancel(outgoing);
  }
  proxy.endAll();
}

function stopTimers(context: Context): void {
  for (const held of context.dialogs.all()) {
    held.awaitingAck?.repeat.stop();
    clearTimeout(held.timerDue);
  }
  for (const incoming of context.incoming.values()) incoming.settle();
  for (const outgoing of context.outgoing.values()) outgoing.settle();
  context.layer.close();
}
