/**
 * Wiring: every port gets its implementation here and nowhere else. Nothing is decided, and nothing waits.
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { ControlClient } from '../../sip/index';
import type { Config } from '../config';
import type { MailedAlarm } from '../domain/alarm-mail/gather';
import type { JournalEntry, JournalRecord } from '../domain/records';
import { numberIdentity } from '../domain/number/identity';
import { SystemClock } from '../engine/clock';
import { ContactCentre } from '../engine/contact-centre';
import { DoorCount } from '../engine/door-count';
import type { FileJournal } from '../engine/journal';
import type { Journal, Submit } from '../engine/ports';
import { Replayer } from '../engine/replay';
import { LocalMemory } from '../engine/snapshot/local-memory';
import { Acknowledgements } from '../engine/sign-in/acknowledgements';
import { UnlinkedRecordings } from '../engine/unlinked-recordings';
import { countAlarms } from '../http/alarm-metrics';
import { countLedger, gaugeLost } from '../http/ledger-metrics';
import { MAX_SIP_BYTES } from '../http/ports';
import { countOwed, gaugeOwed } from '../http/owed-metrics';
import {
  countNotices,
  gaugeLive,
  gaugeTrunks,
  gaugeWaits,
  observeLegQuality,
} from '../http/metrics';
import { embeddedMedia, type EmbeddedMedia } from '../media/embedded/media';
import { RecordingsFetch } from '../media/embedded/recordings-fetch';
import { Hub } from '../push/hub';
import { QueuePace } from '../push/queue-pace';
import { storeAttempts } from '../store/attempts';
import { applyJournal } from '../store/apply-journal';
import { LeaseOver, type Lease } from '../store/lease';
import { findCall } from '../store/calls';
import type { Database } from '../store/database';
import { callerLookup } from '../store/lookup';
import { storePins } from '../store/pins';
import { recordingLinks } from '../store/recording-links';
import { edgeDialogs } from '../telephony/edge-dialogs';
import type { KeptEdge } from '../telephony/kept-edge';
import { SipPassages } from '../telephony/passage/passages';
import { DrachtioTelephony } from '../telephony/telephony';
import { builtInPrompts } from '../telephony/test-call/sound';
import type { DatabaseThere } from './database-there';

/** The app's name on the edge, its first tag: one active app per cell, and one cell so far. */
export const APP_NAME = 'cell:all';
/** In which callers are spoken to whose hotline names no language. */
const PROMPT_LANGUAGE = 'zh-CN';

/** What the app stands on. */
export interface Parts {
  config: Config;
  log: Logger;
  db: Database;
  lookups: Database;
  there: DatabaseThere;
  journal: FileJournal;
  control: ControlClient;
  /** By what it may write into the database. */
  lease: Lease;
  /** Another app has the database. */
  lost: () => void;
  kept: KeptEdge;
  makeId: () => string;
}

/** What takes calls, and what belongs to it. */
export interface Centre {
  engine: ContactCentre;
  clock: SystemClock;
  telephony: DrachtioTelephony;
  passages: SipPassages;
  media: EmbeddedMedia;
  fetch: RecordingsFetch;
  hub: Hub;
  metrics: Registry;
  replayer: Replayer;
  unlinked: UnlinkedRecordings;
  door: DoorCount;
  memory: LocalMemory;
  acknowledgements: Acknowledgements;
  /** Called whenever a batch of the journal stands in the database. */
  onApplied: ((entries: readonly JournalEntry[]) => void)[];
  /** Called when an alarm is written down. */
  onAlarm: ((alarm: MailedAlarm) => void)[];
}

/** The engine and the edges that hand facts in. Nothing runs yet but the replay of the journal. */
export function buildCentre(parts: Parts): Centre {
  const { config, log, db, lookups, journal, control, lease, makeId } = parts;
  // Edges are made before the engine they report to; none of them submits before it stands.
  const submit: Submit = (event) => {
    door.heard(event);
    engine.submit(event);
  };
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
      submit({ type: 'alarm.raised', at: now(), code: 'RECORDING_DISK', detail }),
    log: log.child({ part: 'recordings' }),
  });
  const identifies = numberIdentity(() => engine.plan());
  const lookup = callerLookup(lookups, (number) => identifies(number, now()));
  const passages = new SipPassages({
    ...{ secret: config.secrets.media, maxBytes: MAX_SIP_BYTES, now },
    log: log.child({ part: 'passages' }),
  });
  const telephony: DrachtioTelephony = new DrachtioTelephony({
    appName: APP_NAME,
    drachtio: { ...config.drachtio, secret: config.secrets.drachtio },
    epochOf: () => control.epoch,
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
    passages,
  });
  const hub = new Hub({ startSeq: now() * 1000 });
  const counter = countNotices(metrics);
  const paced = new QueuePace(hub, now);
  const owed = countOwed(metrics);
  const onAlarm: Centre['onAlarm'] = [];
  const acknowledgements = new Acknowledgements(journal, now);
  const engine: ContactCentre = new ContactCentre({
    telephony,
    media: media.media,
    journal: counted(journal, [
      countLedger(metrics),
      countAlarms(metrics),
      (record) => {
        if (record.kind !== 'alarm.raised') return;
        const { code, detail, storeId = null } = record;
        for (const listener of onAlarm) listener({ at: now(), code, detail, storeId });
      },
      owed.written,
      (record) => door.written(record),
    ]),
    clock,
    lookup,
    pins: storePins(db),
    acknowledged: acknowledgements,
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
  const door = new DoorCount({ live: () => engine.calls(), submit, now });
  gaugeLost(metrics, () => door.view(null).lost);
  gaugeLive(metrics, engine);
  gaugeOwed(metrics, engine, now);
  gaugeWaits(metrics, engine);
  gaugeTrunks(metrics, () => telephony.trunkViews());
  const unlinked = new UnlinkedRecordings({
    ...{ links: recordingLinks(db), submit, now, log: log.child({ part: 'recordings' }) },
    written: () => journal.written(),
    standing: () => engine.standing('RECORDING_UNLINKED').flatMap(({ storeId }) => storeId ?? []),
  });
  const onApplied: Centre['onApplied'] = [];
  const apply = async (entries: JournalEntry[]) => {
    await parts.there.ready();
    const stored = await applyJournal(db, entries, lease);
    for (const { at, recordingId, callId } of stored) {
      submit({ type: 'recording.stored', at, recordingId, callId });
    }
    unlinked.applied(
      entries,
      stored.filter((one) => one.unlinked).map(({ callId }) => callId),
    );
    for (const listener of onApplied) listener(entries);
  };
  const applyOrEnd = (entries: JournalEntry[]) =>
    apply(entries).catch((error: unknown) => {
      if (error instanceof LeaseOver) parts.lost();
      throw error;
    });
  const replayed = { journal, apply: applyOrEnd };
  const replayer = new Replayer({ ...replayed, log: log.child({ part: 'replay' }) });
  const memory = new LocalMemory({
    path: join(config.dataDir, 'snapshot.jsonl'),
    ...{ journal, now, log: log.child({ part: 'snapshot' }) },
    work: (at) => engine.workdays(at),
  });
  return {
    ...{ memory, engine, clock, telephony, passages, media, fetch, hub, metrics, replayer },
    ...{ unlinked, door, onApplied, onAlarm, acknowledgements },
  };
}

/** The store's own first. */
export const promptsDirsOf = ({ dataDir }: Config): string[] => [
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
