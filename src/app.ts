/**
 * Puts the app together: every port gets its implementation here and nowhere else. The order is
 * that of a take-over: what was promised first (journal into the database), then what lives
 * (edge), and only then new calls.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { connectControl, type ControlClient } from '../sip/index';
import type { Config } from './config';
import type { Plan } from './domain/plan';
import type { JournalEntry, JournalRecord } from './domain/records';
import { numberIdentity } from './domain/number/identity';
import { SystemClock } from './engine/clock';
import { ContactCentre } from './engine/contact-centre';
import { uuidv7Maker } from './engine/id';
import { FileJournal } from './engine/journal';
import type { Journal, Submit } from './engine/ports';
import { FORM_LIMIT } from './engine/recent-forms';
import { recover } from './engine/recover';
import { Replayer } from './engine/replay';
import { UnlinkedRecordings } from './engine/unlinked-recordings';
import { listenOn } from './http/listen';
import { buildHttp } from './http/server';
import { countLedger } from './http/ledger-metrics';
import { countOwed, gaugeOwed } from './http/owed-metrics';
import {
  countEdge,
  countNotices,
  gaugeLive,
  gaugeTrunks,
  gaugeWaits,
  observeLegQuality,
} from './http/metrics';
import { Sweeping } from './jobs/sweeping';
import { embeddedMedia, type EmbeddedMedia } from './media/embedded/media';
import { RecordingsFetch } from './media/embedded/recordings-fetch';
import { Desktops } from './push/desktops';
import { Hub } from './push/hub';
import { QueuePace } from './push/queue-pace';
import {
  agentRatings,
  factsOf,
  hotlineLedger,
  pickUps,
  queueLoad,
  unclassifiedCalls,
} from './reports';
import { loadBlocks } from './store/blocks';
import { storeAccounts } from './store/accounts';
import { storeAttempts } from './store/attempts';
import { loadAgentStates } from './store/agent-states';
import { applyJournal } from './store/apply-journal';
import { findCall, loadOpenCalls } from './store/calls';
import { loadDialBudget, loadTrunkUses } from './store/day-counts';
import { migrate, openDatabase, type Database } from './store/database';
import { loadForms } from './store/forms';
import { loadHotlineOrders } from './store/hotline-orders';
import { callerLookup, rehearseLookup } from './store/lookup';
import { storePins } from './store/pins';
import { loadPlan } from './store/plan-rows';
import { storePlans } from './store/plans';
import { loadOpenPromises } from './store/promises';
import { loadRecentLeavers } from './store/recent-leavers';
import { loadWaits, sweepWaits } from './store/waits';
import { loadWorkdays } from './store/workdays';
import { storeQueries } from './store/queries';
import { recordingLinks } from './store/recording-links';
import { edgeDialogs } from './telephony/edge-dialogs';
import { edgePrompts } from './media/embedded/prompts';
import { edgeGuard } from './telephony/edge-guard';
import { keptEdge, type KeptEdge } from './telephony/kept-edge';
import type { FoundLeg } from './telephony/reattach';
import { DrachtioTelephony } from './telephony/telephony';
import { builtInPrompts } from './telephony/test-call/sound';

export interface App {
  /** Addresses that HTTP and push listen on, with their real ports. */
  http: string[];
  /** Flushes, lets go of the edge and of the database; live calls stay on the edge. */
  close(): Promise<void>;
}

/** The app's name on the edge, its first tag: one active app per cell, and one cell so far. */
const APP_NAME = 'cell:all';
/** In which callers are spoken to whose hotline names no language. */
const PROMPT_LANGUAGE = 'zh-CN';

export async function startApp(config: Config, log: Logger): Promise<App> {
  mkdirSync(config.dataDir, { recursive: true });
  const makeId = uuidv7Maker();
  const db = openDatabase(config.databaseUrl ?? '');
  await migrate(db);
  await rehearseLookup(db);
  const journal = await FileJournal.open({ folder: join(config.dataDir, 'journal'), makeId, log });
  const control = connectControl({
    host: config.media.host,
    port: config.media.port,
    secret: config.secrets.media,
    app: APP_NAME,
    log: log.child({ part: 'control' }),
  });
  const kept = keptEdge(join(config.dataDir, 'edge-id'), log);
  const parts = { config, log, db, journal, control, kept, makeId };
  const centre = buildCentre(parts);
  await takeOver(parts, centre);
  const sweeping = new Sweeping({
    sweep: (most) => sweepWaits(db, most),
    onError: (err) => log.warn({ err }, 'old rows are swept another time'),
  });
  sweeping.start();
  const http = await openHttp(parts, centre);
  return {
    http: http.addresses,
    close: async () => {
      centre.telephony.close();
      await http.close();
      centre.clock.close();
      await centre.fetch.stop();
      await journal.flush();
      await centre.replayer.stop();
      await centre.unlinked.stop();
      await sweeping.stop();
      await journal.close();
      control.close();
      await db.destroy();
    },
  };
}

interface Parts {
  config: Config;
  log: Logger;
  db: Database;
  journal: FileJournal;
  control: ControlClient;
  kept: KeptEdge;
  makeId: () => string;
}

interface Centre {
  engine: ContactCentre;
  clock: SystemClock;
  telephony: DrachtioTelephony;
  media: EmbeddedMedia;
  fetch: RecordingsFetch;
  hub: Hub;
  metrics: Registry;
  replayer: Replayer;
  unlinked: UnlinkedRecordings;
}

/** The engine and the edges that hand facts in. Nothing runs yet but the replay of the journal. */
function buildCentre({ config, log, db, journal, control, makeId }: Parts): Centre {
  // Edges are made before the engine they report to; none of them submits before it stands.
  const submit: Submit = (event) => engine.submit(event);
  const clock = new SystemClock(submit);
  const now = () => clock.now();
  const metrics = new Registry();
  const media = embeddedMedia({
    control,
    submit,
    language: PROMPT_LANGUAGE,
    now,
    onDialogEnded: (event) => telephony.dialogEnded(event),
    onFlowEnded: (event) => telephony.flowEnded(event),
    onCallerServed: (event) => telephony.callerServed(event),
    onLegQuality: observeLegQuality(metrics),
    onLegHeard: (legId) => telephony.heard(legId),
    onMediaLost: (callId) => telephony.mediaLost(callId),
    onRecorded: ({ recording, file }) => {
      if (file.result === 'stored') fetch.wanted({ recording, ...file });
    },
    written: () => journal.written(),
    log: log.child({ part: 'media' }),
  });
  const fetch = new RecordingsFetch({
    control,
    recordingsDir: config.recordingsDir,
    secret: config.secrets.media,
    onDiskRefuses: (detail) =>
      journal.append(now(), { kind: 'alarm.raised', code: 'RECORDINGS_DISK', detail }),
    log: log.child({ part: 'recordings' }),
  });
  const identifies = numberIdentity(() => engine.plan());
  const lookup = callerLookup(db, (number) => identifies(number, now()));
  const telephony: DrachtioTelephony = new DrachtioTelephony({
    appName: APP_NAME,
    drachtio: { ...config.drachtio, secret: config.secrets.drachtio },
    edge: edgeDialogs(control, log),
    media: media.legs,
    submit,
    lookup,
    refer: (asked) => engine.phones.refer(asked),
    replacing: {
      mayReplace: (asked) => engine.phones.mayReplace(asked),
      replace: (asked, by) => engine.phones.replace(asked, by),
    },
    makeId,
    language: PROMPT_LANGUAGE,
    now,
    log: log.child({ part: 'telephony' }),
    isKnown: async (callId) => (await findCall(db, callId)) !== null,
    written: () => journal.flush(),
    bindingsPath: join(config.dataDir, 'bindings.jsonl'),
    promptsDirs: promptsDirsOf(config),
  });
  const hub = new Hub({ startSeq: now() * 1000 });
  const counter = countNotices(metrics);
  const paced = new QueuePace(hub, now);
  const owed = countOwed(metrics);
  const engine: ContactCentre = new ContactCentre({
    telephony,
    media: media.media,
    journal: counted(journal, [countLedger(metrics), owed.written]),
    clock,
    lookup,
    pins: storePins(db),
    attempts: owed.counting(storeAttempts(db)),
    makeId,
    log: log.child({ part: 'engine' }),
    push: {
      publish: (notice, at) => {
        paced.publish(notice, at);
        counter.publish(notice, at);
      },
    },
  });
  gaugeLive(metrics, engine);
  gaugeOwed(metrics, engine, now);
  gaugeWaits(metrics, engine);
  gaugeTrunks(metrics, () => telephony.trunkViews());
  const unlinked = new UnlinkedRecordings({
    ...{ links: recordingLinks(db), submit, now, log: log.child({ part: 'recordings' }) },
    written: () => journal.written(),
  });
  const apply = async (entries: JournalEntry[]) => {
    const stored = await applyJournal(db, entries);
    for (const { at, recordingId, callId } of stored) {
      submit({ type: 'recording.stored', at, recordingId, callId });
    }
    unlinked.applied(
      entries,
      stored.filter((one) => one.unlinked).map(({ callId }) => callId),
    );
  };
  const replayer = new Replayer({ journal, apply, log: log.child({ part: 'replay' }) });
  return { engine, clock, telephony, media, fetch, hub, metrics, replayer, unlinked };
}

/** The store's own first. */
const promptsDirsOf = ({ dataDir }: Config): string[] => [
  join(dataDir, 'prompts'),
  builtInPrompts(),
];

/** The same, of which each record is counted as well. */
const counted = (journal: Journal, counts: ((record: JournalRecord) => void)[]): Journal => ({
  append: (at, record, onDurable) => {
    for (const count of counts) count(record);
    journal.append(at, record, onDurable);
  },
  flush: () => journal.flush(),
});

/** From a former life to this one: promises, plan, agents, live calls; then new calls. */
async function takeOver(parts: Parts, centre: Centre): Promise<void> {
  const { db } = parts;
  const { engine, telephony, media, fetch, replayer } = centre;
  replayer.start();
  await replayer.caughtUp();
  centre.unlinked.start();
  const plan = await loadPlan(db);
  telephony.applyPlan(plan);
  engine.start(plan, {
    agents: await loadAgentStates(db),
    promises: await loadOpenPromises(db),
    budget: await loadDialBudget(db, centre.clock.now()),
    hotlines: await loadHotlineOrders(db),
    blocks: await loadBlocks(db),
    work: await loadWorkdays(db),
    forms: await loadForms(db, FORM_LIMIT),
    left: await loadRecentLeavers(db),
    waits: await loadWaits(db),
  });
  const trunks = await loadTrunkUses(db);
  const legs = await telephony.connect();
  telephony.resumeTrunks(trunks);
  await recoverCalls(parts, centre, legs);
  fetch.begin();
  media.begin();
  engine.keepPromises();
  telephony.open();
}

/** Calls that outlived the app become the engine's again; what belongs to none of them is ended. */
async function recoverCalls(parts: Parts, centre: Centre, legs: FoundLeg[]): Promise<void> {
  const { db, control, kept, log, makeId } = parts;
  const { engine, telephony, media, clock } = centre;
  const dialogs = legs.map(({ note, ended, arriving }) => {
    const found = { legId: note.legId, note: JSON.stringify(note), ended };
    return arriving ? { ...found, arriving } : found;
  });
  const { sessions } = await control.command('session.list', {});
  const named = await Promise.all(legs.map(({ note }) => findCall(db, note.callId)));
  const ended = named.filter((call) => call !== null).filter(({ outcome }) => outcome !== null);
  const calls = [...(await loadOpenCalls(db)), ...ended];
  const plan = engine.plan();
  const edgeFell = kept.former !== null && kept.former !== control.edgeId;
  const found = recover({ dialogs, sessions, calls, plan, edgeFell, makeId, at: clock.now() });
  engine.submitTogether([...found.nailed, ...found.events]);
  for (const { legId } of found.strayDialogs) telephony.hangup(legId, 'broken');
  for (const callId of found.straySessions) media.media.close(callId);
  await parts.journal.flush();
  kept.keep(control.edgeId);
  control.on('connected', () => kept.keep(control.edgeId));
  log.info({ calls: found.events.length, legs: legs.length, edgeFell }, 'took over');
}

async function openHttp({ config, log, db, journal, control }: Parts, centre: Centre) {
  const { engine, clock, telephony, fetch, hub, metrics } = centre;
  const now = () => clock.now();
  const guard = edgeGuard(control);
  countEdge(metrics, guard);
  const desktops = new Desktops({
    ...{ hub, live: engine, desk: engine, presence: engine.presence, now },
  });
  const applied = (plan: Plan) => {
    telephony.applyPlan(plan);
    engine.submit({ type: 'plan.applied', at: now(), plan });
  };
  const missing = () => [
    ...(control.isConnected ? [] : ['media']),
    ...(telephony.isConnected ? [] : ['signalling']),
    ...(engine.plan().hotlines.length > 0 ? [] : ['plan']),
  ];
  const server = buildHttp({
    live: engine,
    desk: engine,
    hotlines: engine.orders,
    blocks: engine.orders,
    forms: engine.forms,
    promises: engine.orders,
    loads: (queueId, days) => queueLoad(db, queueId, days),
    ratings: (asked) => agentRatings(db, asked),
    installation: () =>
      factsOf({
        ...{ db, now, missing },
        promptsDirs: promptsDirsOf(config),
        recordingsDirs: [config.recordingsDir, config.recordingsDir2].filter((dir) => dir !== null),
        hotlines: () => engine.hotlines(),
        trunks: () => telephony.trunkViews(),
      }),
    queries: storeQueries(db, {
      ledger: (filter) => hotlineLedger(db, filter),
      unclassified: (filter) => unclassifiedCalls(db, filter),
      pickUps: (filter) => pickUps(db, filter),
    }),
    accounts: storeAccounts(db),
    plans: storePlans(db, applied),
    guard,
    prompts: edgePrompts(control),
    trunks: () => telephony.trunkViews(),
    sessionKey: Buffer.from(config.secrets.session, 'hex'),
    adminToken: config.secrets.admin,
    recordingsDir: config.recordingsDir,
    recordingsDir2: config.recordingsDir2,
    isArriving: (recordingId) => fetch.isArriving(recordingId),
    readiness: missing,
    metrics,
    push: desktops,
    confirm: async (number) => {
      journal.append(now(), { kind: 'number.confirmed', number });
      await journal.flush();
    },
    followedUp: async (done) => {
      journal.append(now(), { kind: 'follow-up.done', ...done, at: now() });
      await journal.flush();
    },
    written: () => journal.flush(),
    audit: async (note) => {
      journal.append(now(), { kind: 'audit.noted', ...note });
      await journal.flush();
    },
    log: log.child({ part: 'http' }),
    now,
  });
  const { addresses, close } = await listenOn(server, config.http);
  return {
    addresses,
    close: async () => {
      await desktops.close();
      await Promise.all([close(), server.close()]);
    },
  };
}
