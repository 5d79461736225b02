/**
 * A process dies over a contact centre, and the next one takes over what is left: the app, whose world
 * (phones, media, disk) goes on; or the edge, with which every dialog and every sound ends. What the edge
 * keeps of a fallen app, and tells the next one, is "While the app is away" of docs/architecture.md.
 */
import type { AlarmKey } from '../../../src/domain/alarm-standing';
import type { DaySoFar } from '../../../src/domain/agent/workday';
import type { LegNote } from '../../../src/domain/effects';
import { UNUSED } from '../../../src/domain/dial/budget';
import { withChange } from '../../../src/domain/dial/kept-budget';
import type { DomainEvent } from '../../../src/domain/events';
import { stands } from '../../../src/domain/promise/promise';
import type { CallSnapshot, JournalRecord } from '../../../src/domain/records';
import type { DialCommand } from '../../../src/engine/ports';
import type { Left } from '../../../src/domain/queue/left';
import { StandingAlarms } from '../../../src/engine/standing-alarms';
import { recover, type FoundDialog, type FoundSession } from '../../../src/engine/recover';
import type { TestCentre } from './centre';

type Found = FoundDialog & { legId: string };

/** The app dies now, if it has not yet; `lost`: how many records of this moment no disk has. */
export function appFalls(centre: TestCentre, lost = 0): void {
  const { telephony, journal } = centre;
  centre.life.endAfter(0);
  journal.lose(lost, centre.now());
  for (const [legId, leg] of telephony.legs) {
    const isOurs = leg.arrival === undefined;
    const rings = isOurs && leg.state !== 'answered' && !leg.answers;
    // Our INVITEs are cancelled, those of phones refused, our BYEs said again; a dialog without a note is ended.
    if (rings || telephony.hungUp.has(legId) || (isOurs && !telephony.notes.has(legId)))
      letGo(centre, legId);
  }
  for (const [agentId, { stands }] of telephony.nailed)
    if (!stands) telephony.nailed.delete(agentId);
}

/** The next app takes over, as src/app.ts does. Nothing happens if no app has died. */
export function appReturns(centre: TestCentre): void {
  if (!centre.life.isOver) return;
  const { missed } = centre.life;
  const { telephony, journal, clock } = centre;
  clock.clearAll();
  const { engine } = centre.begin();
  engine.start(centre.plan, {
    agents: newest(journal.of('agent.saved').map(({ agent }) => agent)),
    promises: newest(journal.of('promise.saved').map(({ promise }) => promise)).filter(stands),
    budget: journal
      .of('dial.counted')
      .reduce((budget, { change }) => withChange(budget, change), UNUSED),
    blocks: journal.of('block.saved').map(({ block }) => block),
    hotlines: journal.of('hotline.saved').map(({ hotline }) => hotline),
    work: workdays(centre),
    forms: [...new Map(journal.of('form.saved').map(({ form }) => [form.callId, form])).values()],
    left: leavers(centre),
    alarms: standing(centre),
  });
  for (const [agentId, pages] of centre.desktops)
    for (const page of pages) engine.presence.connected(agentId, page);
  const ends = missed.filter((event) => event.type === 'leg.ended');
  const seen = ends.filter(
    ({ legId }) => telephony.notes.has(legId) && !telephony.hungUp.has(legId),
  );
  const dialogs = [
    ...living(centre),
    ...idleNailed(centre),
    ...seen.map(({ legId }) => dialogOf(centre, legId, true)),
  ];
  const found = recover({
    dialogs,
    sessions: sessions(centre),
    calls: newest(journal.of('call.saved').map(({ call }) => call)).filter(isWanted(dialogs)),
    plan: centre.plan,
    makeId: () => centre.id(),
    at: centre.now(),
  });
  engine.submitTogether([...found.nailed, ...found.events]);
  if (centre.options.callsBack) engine.keepPromises();
  for (const { legId } of found.strayDialogs) telephony.hangup(legId, 'broken');
  for (const callId of found.straySessions) closeSession(centre, callId);
  tellFiles(centre, missed);
  for (const end of seen) {
    // It may have been joined anew when the end of the one before was told; with who is gone nobody is.
    part(centre, end.legId);
    engine.submit({ ...end, callId: noteOf(centre, end.legId)?.callId ?? '' });
  }
  // Of an own leg that was still dialled nobody tells the next app.
  for (const event of missed)
    if (event.type === 'nailed.ended' && event.stood) engine.submit(event);
  tellFiles(centre, missed);
  for (const event of missed) if (event.type === 'call.arrived') engine.submit(event);
}

/** The edge dies and comes back without taking callers up: every leg and every sound ends. */
export function edgeFalls(centre: TestCentre, order: readonly string[]): void {
  const { telephony, media } = centre;
  for (const map of [media.plays, media.bridges]) map.clear();
  media.musicOn.clear();
  media.unrecorded.clear();
  media.conference = [];
  const files = [...media.recordings.values()];
  for (const legId of order) {
    // The app may have joined it anew when it heard of the one before.
    part(centre, legId);
    telephony.end(legId, 'edge-stopped');
  }
  for (const { callId, recordingId } of files)
    if (media.recordings.has(recordingId)) media.file(callId, recordingId);
  for (const agentId of [...telephony.nailed.keys()]) telephony.nailedEnds(agentId, 'broken');
}

/** A leg that is gone without anybody being told. */
function letGo({ telephony, media }: TestCentre, legId: string): void {
  telephony.legs.delete(legId);
  telephony.toldToEnd.delete(legId);
  part({ media }, legId);
}

/** The edge parts who was joined with it, and plays no more to it; of three the other two talk on. */
export function part({ media }: Pick<TestCentre, 'media'>, legId: string): void {
  media.leaveConference(legId);
  const partner = media.bridges.get(legId);
  if (partner !== undefined) media.bridges.delete(partner);
  media.bridges.delete(legId);
  media.plays.delete(legId);
  media.musicOn.delete(legId);
}

function living(centre: TestCentre): Found[] {
  const { telephony } = centre;
  return [...telephony.legs].map(([legId, leg]) => {
    const arriving = leg.arrival !== undefined && leg.state !== 'answered' && !leg.answers;
    if (arriving) leg.state = 'arriving';
    else leg.state = 'answered';
    leg.answers = false;
    delete leg.sound;
    return { ...dialogOf(centre, legId, false), ...(arriving ? { arriving } : {}) };
  });
}

/** Agents' own legs over which nobody talks. */
function idleNailed({ telephony }: TestCentre): Found[] {
  const busy = new Set([...telephony.legs.values()].map(nailedAgent));
  return [...telephony.nailed].flatMap(([agentId, { phoneId, stands }]) => {
    if (!stands || busy.has(agentId)) return [];
    const legId = `nailed-${agentId}`;
    const nailed = { id: legId, phoneId, version: 1 };
    const note: LegNote = { callId: legId, legId, role: 'agent', agentId, nailed };
    return [{ legId, note: JSON.stringify(note), ended: false }];
  });
}

/** Whose own leg it goes over. */
export const nailedAgent = ({ dial }: { dial?: DialCommand }): string | undefined =>
  dial?.to.kind === 'phone' && dial.to.nailed ? dial.to.agentId : undefined;

const dialogOf = (centre: TestCentre, legId: string, ended: boolean): Found => ({
  legId,
  note: JSON.stringify(noteOf(centre, legId) ?? null),
  ended,
});

/** That of the engine, or what telephony notes of an INVITE before anybody decides about it. */
function noteOf(centre: TestCentre, legId: string): LegNote | undefined {
  const { telephony, plan } = centre;
  const arrival = telephony.legs.get(legId)?.arrival;
  const hotline = plan.hotlines.find(({ number }) => number === arrival?.to);
  const leg = telephony.legs.get(legId);
  const agentId = (leg && nailedAgent(leg)) ?? '';
  const own = telephony.nailed.get(agentId);
  const plain = telephony.notes.get(legId);
  const nailed = own && { id: `nailed-${agentId}`, phoneId: own.phoneId, version: 1 };
  const noted = plain && nailed ? { ...plain, nailed } : plain;
  if (noted || !arrival || !hotline) return noted;
  const { callId, from, to, trunkId, ids, at } = arrival;
  const caller = { from, to, hotline: hotline.number, trunkId, ids };
  return { callId, legId, role: 'caller', queueId: hotline.queue, waitingSince: at, caller };
}

function sessions(centre: TestCentre): FoundSession[] {
  const { telephony, media } = centre;
  const found = new Map<string, FoundSession>();
  const sessionOf = (session: string): FoundSession => {
    const made = found.get(session) ?? { session, endpoints: [], recordings: [] };
    found.set(session, made);
    return made;
  };
  for (const [legId, { arrival, dial, state }] of telephony.legs)
    if (state === 'answered')
      sessionOf(
        arrival?.callId ?? dial?.callId ?? telephony.notes.get(legId)?.callId ?? '',
      ).endpoints.push({
        endpoint: legId,
        bridgedTo: media.bridges.get(legId) ?? null,
        ...(telephony.holding.has(legId) ? { holds: true as const } : {}),
      });
  for (const { callId, recordingId, left, right } of media.recordings.values())
    if (!media.stopped.has(recordingId) && [left, right].every((leg) => telephony.legs.has(leg)))
      sessionOf(callId).recordings.push({ recording: recordingId });
  return [...found.values()];
}

/**
 * Files that were finished and of which no journal knows, and those that were stopped, or whose legs ended without
 * that: they are finished long before another app is there.
 */
function tellFiles(centre: TestCentre, missed: readonly DomainEvent[]): void {
  const { media, telephony, journal } = centre;
  for (const event of [...media.files, ...missed])
    if (event.type === 'recording.finished' && !isFiled(journal.records, event.recordingId))
      centre.submit(event);
  for (const { callId, recordingId, left, right } of [...media.recordings.values()])
    if (media.stopped.has(recordingId) || ![left, right].every((leg) => telephony.legs.has(leg)))
      media.file(callId, recordingId);
}

const isFiled = (records: readonly JournalRecord[], id: string): boolean =>
  records.some((record) => record.kind === 'recording.saved' && record.recording.id === id);

function closeSession({ media }: TestCentre, callId: string): void {
  for (const [recordingId, command] of [...media.recordings])
    if (command.callId === callId) media.file(callId, recordingId);
  media.close(callId);
}

/** As src/store/workdays.ts counts them; all that a story tells is of one day. */
function workdays({ journal }: TestCentre): DaySoFar[] {
  const inbound = new Set(
    journal.of('call.saved').flatMap(({ call }) => (call.direction === 'inbound' ? call.id : [])),
  );
  const days = new Map<string, DaySoFar>();
  for (const leg of newest(journal.of('leg.saved').map(({ leg: one }) => one))) {
    const { agentId, answeredAt, endedAt, startedAt } = leg;
    if (leg.role !== 'agent' || agentId === null) continue;
    const so = days.get(agentId) ?? { id: agentId, calls: 0, talkMs: 0, askedAt: null };
    const isCaller = inbound.has(leg.callId);
    days.set(agentId, {
      id: agentId,
      calls: so.calls + (isCaller && answeredAt !== null ? 1 : 0),
      talkMs: so.talkMs + (answeredAt === null ? 0 : (endedAt ?? answeredAt) - answeredAt),
      askedAt: isCaller ? Math.max(so.askedAt ?? 0, startedAt) : so.askedAt,
    });
  }
  return [...days.values()];
}

/** As src/store/alarms.ts finds them. */
function standing({ journal }: TestCentre): AlarmKey[] {
  const alarms = new StandingAlarms();
  for (const record of journal.of('alarm.raised')) alarms.isNews(record);
  return alarms.all();
}

/** As src/store/recent-leavers.ts finds them. */
function leavers({ journal }: TestCentre): Left[] {
  const calls = newest(journal.of('call.saved').map(({ call }) => call));
  const last = new Map<string, Left | null>();
  for (const entry of newest(journal.of('entry.saved').map(({ entry: one }) => one))) {
    const call = calls.find(({ id }) => id === entry.callId);
    if (!call || call.direction !== 'inbound' || call.from === '') continue;
    if (entry.askedBy !== undefined) continue;
    const { queueId, joinedAt } = entry;
    const keeps =
      entry.outcome === 'abandoned' || (entry.outcome === null && joinedAt < call.arrivedAt);
    const leftAt = entry.endedAt ?? call.arrivedAt;
    last.set(
      `${queueId}|${call.from}`,
      keeps ? { queueId, number: call.from, joinedAt, leftAt } : null,
    );
  }
  return [...last.values()].filter((one) => one !== null);
}

/** Of a database: calls without an end, and those that a dialog names. */
const isWanted =
  (dialogs: readonly Found[]) =>
  ({ id, outcome }: CallSnapshot): boolean =>
    outcome === null || dialogs.some(({ note }) => note.includes(id));

function newest<Saved extends { id: string }>(saved: readonly Saved[]): Saved[] {
  return [...new Map(saved.map((one) => [one.id, one])).values()];
}
