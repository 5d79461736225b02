import { join } from 'node:path';
import { DialogTable } from '../dialog/dialog-table';
import { DigestBlock } from '../guard/digest-block';
import { ScannersHeard } from '../guard/scanners';
import { SourceLimits } from '../guard/source-limits';
import { RFC_TIMING } from '../transaction/timing';
import { TransactionLayer, type TransactionUser } from '../transaction/transaction-layer';
import type { Dropped, Flow } from '../transport/flow';
import { Network } from '../transport/network';
import { RETRY_AFTER } from './absence-policy';
import { App, LINE_LIMIT } from './app';
import { AppServer } from './app-server';
import { Cdrs } from './cdr/cdrs';
import type { Context } from './context';
import { newCounters } from './counters';
import { Directory } from './dialog-directory';
import { EndedFlows } from './ended-flows';
import { guards } from './guard-directory';
import { RegisteredFlows } from './registered-flows';
import { Routes } from './routes';
import { isServed } from './served-source';
import { DialogFile, dialogsLeftIn } from './survival/dialog-file';
import { heldOf } from './survival/dialog-record';
import { assemble, type Parts } from './assemble';
import type { Signalling, SignallingOptions } from './signalling-options';

/** Opens all listeners, or none: rejects with one message that names each that failed. */
export async function startSignalling(options: SignallingOptions): Promise<Signalling> {
  const timing = options.timing ?? RFC_TIMING;
  const counters = newCounters();
  const user: TransactionUser = {
    onRequest: (transaction) => parts.inbound.onRequest(transaction),
    onAck: (ack, flow) => parts.inbound.onAck(ack, flow),
    onCancel: (cancel, invite) => parts.inbound.onCancel(cancel, invite),
    onPassing: (request, flow) => parts.inbound.onPassing(request, flow),
    onStrayResponse: (response, flow) => parts.inbound.onStrayResponse(response, flow),
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
    endedFlows: new EndedFlows(() => context),
    incoming: new Map(),
    invites: new Map(),
    outgoing: new Map(),
    subscribing: new Map(),
    dialogs: new DialogTable(),
    dialogFile: new DialogFile(dialogsPath, options.log, left),
    control: undefined,
    now: Date.now,
  };
  const { guard, door } = guards(context, options.doorLimits);
  const parts = assemble(context, options, { apps, door: door() });
  const admit = (address: string) => {
    if (options.admit(address)) return true;
    counters.foreignSource++;
    return false;
  };
  const { certificate, networks, dns } = options;
  const receive = (text: string, flow: Flow) => {
    const known = parts.alone.isTrunk(flow);
    if (known || isServed(context, text, flow)) context.layer.receive(text, flow);
  };
  const dropped = (why: Dropped) => void counters[why]++;
  const { connectionLimits: limits, messageLimits, passageSecret } = options;
  const watched = { dropped, limits, messageLimits, passageSecret };
  const network = { admit, receive, certificate, networks, dns, ...watched };
  context.network = await Network.open(options.sip, network);
  const server = await AppServer.listen(options.drachtio, parts.sessions).catch(
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
    drachtioTls: server.tlsAddress,
    dialogs: new Directory(context, parts.absence, parts.alone, treated),
    counters,
    guard,
    flows: context.endedFlows,
    door,
    load: () => ({
      apps: parts.sessions.connected,
      dialogs: context.dialogs.size,
      transactions: context.layer.size,
      incoming: context.incoming.size,
      outgoing: context.outgoing.size,
    }),
    connectControl: (control) => (context.control = control),
    certify: (certificate) => context.network.certify(certificate),
    certifyForApps: ({ certificate, ca }) => {
      parts.router.certify(ca);
      if (certificate !== undefined) server.certify(certificate);
    },
    draining: () => parts.handover.draining,
    leave: (leaving) => parts.handover.leave(leaving),
    endAllCalls: (reason) => endAllCalls(context, parts, reason),
    close: async () => {
      parts.handover.close();
      parts.proxy.close();
      parts.router.close();
      parts.sessions.close();
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

function named(apps: Map<string, App>, name: string, lineLimit: number | undefined): App {
  const known = apps.get(name);
  if (known !== undefined) return known;
  const app = new App(name, lineLimit);
  apps.set(name, app);
  return app;
}

function endAllCalls(
  context: Context,
  { endings, cancels, proxy, handover }: Parts,
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
