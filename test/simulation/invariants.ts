import { timerName } from '../../src/engine/clock';
import type { QueueView } from '../../src/domain/notices';
import type { CallSnapshot } from '../../src/domain/records';
import type { TestCentre } from '../support/centre/centre';
import { agentDialled, numberDialled } from '../support/centre/world';

/** What must hold after every event, whatever happened; the text of the first fault, or null. */
export function faultOf(centre: TestCentre): string | null {
  return (
    bugs(centre) ??
    agents(centre) ??
    holds(centre) ??
    partners(centre) ??
    slots(centre) ??
    queue(centre) ??
    promises(centre) ??
    forms(centre)
  );
}

const bugs = ({ bugs }: TestCentre): string | null => bugs[0] ?? null;

/** No agent on two calls, unless his phone dialled one of them, and what he does is what his call says. */
function agents(centre: TestCentre): string | null {
  const doing = new Map<string, string[]>();
  const dialled = new Set<string>();
  for (const call of centre.engine.calls())
    for (const [agentId, does] of peopleOf(call)) {
      const others = doing.get(agentId) ?? [];
      doing.set(agentId, [...others, `${does} ${call.id}`]);
      if (call.direction !== 'inbound') dialled.add(agentId);
      if (others.length > (dialled.has(agentId) ? 1 : 0)) return `${agentId} is on two calls`;
    }
  for (const { id, activity, callId } of centre.engine.agents()) {
    const offered = centre.engine.offers(id).length === 1;
    if ((activity === 'reserved') !== offered) return `${id} is reserved for nothing`;
    const isBusy = activity === 'talking' || activity === 'calling';
    const does = isBusy ? `${activity} ${callId}` : undefined;
    const said = doing.get(id) ?? [];
    if (does === undefined ? said.length > 0 : !said.includes(does))
      return `${id} is ${does ?? activity}, his call says ${said.join() || 'nothing'}`;
  }
  return null;
}

type Doing = [agentId: string, does: 'talking' | 'calling'];

/**
 * Who of ours has a part in the call, apart from those whom it is offered to. A colleague who was called is in it
 * for as long as it lasts, also while he is sent on and waits.
 */
function peopleOf({ state, agentId, colleagueId, consult }: CallSnapshot): Doing[] {
  if (state === 'calling') return doing('calling', agentId, colleagueId);
  const isTalk = state === 'talking' || state === 'held' || state === 'consulting';
  const asked = consult?.answered ? consult.agentId : null;
  return doing('talking', colleagueId, ...(isTalk ? [agentId, asked] : []));
}

const doing = (does: Doing[1], ...ids: (string | null | undefined)[]): Doing[] =>
  ids.flatMap((id): Doing[] => (id === null || id === undefined ? [] : [[id, does]]));

/** Who is on hold hears nobody. */
function holds({ engine, media, telephony }: TestCentre): string | null {
  for (const { id, state, agentId } of engine.calls()) {
    if (state !== 'held') continue;
    for (const [legId, leg] of telephony.legs)
      if (leg.dial?.callId === id && agentDialled(leg) === agentId && media.bridges.has(legId))
        return `${legId} hears who is held`;
  }
  return null;
}

/** Nobody hears two people, or before he was answered, and every talk is recorded. */
function partners({ media, telephony }: TestCentre): string | null {
  const recorded = new Set<string>();
  for (const { recordingId, left, right } of media.recordings.values())
    if (!media.stopped.has(recordingId) && !media.paused.has(recordingId))
      recorded.add([left, right].sort().join());
  for (const [a, b] of media.bridges) {
    if (media.bridges.get(b) !== a) return `${a} hears ${b}, who hears somebody else`;
    const [leg, other] = [a, b].map((legId) => telephony.legs.get(legId));
    // Two who asked each other hear nothing after the BYE to both: the call of their customer is over.
    if (telephony.toldToEnd.has(a) && telephony.toldToEnd.has(b)) continue;
    // What sounds before the answer is the operator's.
    if (leg?.state === 'dialled' && numberDialled(leg) !== undefined) continue;
    if (other?.state === 'dialled' && numberDialled(other) !== undefined) continue;
    if (leg?.state !== 'answered') return `${a} hears ${b} and is ${leg?.state ?? 'gone'}`;
    if (!recorded.has([a, b].sort().join())) return `what ${a} says to ${b} is not recorded`;
  }
  return null;
}

/** Each slot has one caller, and each who is parked a slot. */
function slots({ engine }: TestCentre): string | null {
  const parked = engine.parked();
  const taken = new Set(parked.map(({ storeId, slot }) => `${storeId}|${slot}`));
  const calls = engine.calls().filter(({ state }) => state === 'parked');
  if (taken.size !== parked.length) return 'two callers stand in one slot';
  return calls.length === parked.length ? null : 'a parked caller has no slot';
}

/** Who waits, waits in the queue, and nobody waits for nobody. */
function queue(centre: TestCentre): string | null {
  for (const view of centre.engine.queues()) {
    const fault = places(view, centre);
    if (fault) return fault;
  }
  return null;
}

/** Who rings while an agent is being rung for him joins the line when that phone is free. */
function places(view: QueueView, { engine, clock }: TestCentre): string | null {
  const timers = new Set(clock.armed());
  const calls = engine.calls().filter(({ queueId }) => queueId === view.id);
  const queued = calls.filter(({ state }) => state === 'queued');
  const waiting = queued.filter(
    ({ id }) => !timers.has(timerName({ kind: 'line-clear', callId: id })),
  );
  const offered = calls.filter(({ state }) => state === 'offered').length;
  const taken = view.waiting + view.callBacks;
  if (taken !== waiting.length) return `${waiting.length} calls wait in ${taken} places`;
  if (view.offered !== offered) return `${offered} calls in ${view.offered} offered places`;
  const inLine = engine.calls().filter(({ consult }) => consult?.queueId === view.id).length;
  if (view.consultations < inLine)
    return `${inLine} consultations wait in ${view.consultations} places`;
  if (view.consultations > 0 && view.signedIn === 0)
    return 'a consultation waits and nobody is signed in';
  if (view.waiting > 0 && view.signedIn === 0) return 'a caller waits and nobody is signed in';
  return null;
}

function promises(centre: TestCentre): string | null {
  const open = centre.engine.promises();
  const people = new Set(open.map(({ hotline, number }) => `${hotline}|${number}`));
  return people.size === open.length ? null : 'somebody has two open promises';
}

/** What must hold when everybody has gone home. */
export function faultAtTheEnd(centre: TestCentre, arrived: number): string | null {
  const { legs, recordings, calls } = centre.leftovers();
  if (legs.length > 0) return `legs left: ${legs.join()}`;
  if (recordings.length > 0) return `recordings left: ${recordings.join()}`;
  if (calls.length > 0) return `calls left: ${calls.join()}`;
  const timers = centre.clock.armed();
  if (timers.length > 0) return `timers left: ${timers.join()}`;
  return ledger(centre, arrived) ?? entries(centre) ?? recordingsFiled(centre) ?? formsKept(centre);
}

/** Who is kept by a form owes it: it is his, over, and not complete. */
function forms({ engine }: TestCentre): string | null {
  for (const { id, openForms = [] } of engine.agents())
    for (const callId of openForms) {
      const form = engine.forms.form(callId);
      if (form?.agentId !== id || form.falls || form.state === 'complete')
        return `${id} does not owe the form of ${callId}`;
    }
  return null;
}

/** Each call that had a talk has one form, which knows that it is over. */
function formsKept({ journal }: TestCentre): string | null {
  const last = new Map(journal.of('call.saved').map(({ call }) => [call.id, call]));
  const talked = new Set<string>();
  for (const call of last.values()) if ((call.firstTalkAt ?? null) !== null) talked.add(call.id);
  const ended = new Map<string, boolean>();
  for (const { form } of journal.of('form.saved')) ended.set(form.callId, form.endedAt !== null);
  const lost = [...talked].filter((id) => ended.get(id) !== true);
  if (lost.length > 0) return `talks without a form: ${lost.join()}`;
  return ended.size === talked.size ? null : 'forms of calls without a talk';
}

/** Each call has exactly one outcome, and together they are the calls that arrived. */
function ledger({ journal }: TestCentre, arrived: number): string | null {
  const outcomes = new Map<string, string>();
  for (const { call } of journal.of('call.saved'))
    if (call.outcome !== null && call.direction === 'inbound') {
      if (outcomes.has(call.id)) return `${call.id} ended twice`;
      outcomes.set(call.id, call.outcome);
    }
  if ([...outcomes.values()].includes('broken')) return 'a call was broken';
  return outcomes.size === arrived ? null : `${arrived} arrived, ${outcomes.size} ended`;
}

function entries({ journal }: TestCentre): string | null {
  const ended = new Map<string, boolean>();
  for (const { entry } of journal.of('entry.saved')) ended.set(entry.id, entry.endedAt !== null);
  const open = [...ended].filter(([, isEnded]) => !isEnded).map(([id]) => id);
  return open.length === 0 ? null : `entries without an end: ${open.join()}`;
}

function recordingsFiled({ journal, media }: TestCentre): string | null {
  const filed = new Set(journal.of('recording.saved').map(({ recording }) => recording.id));
  const lost = media.recorded.filter(({ recordingId }) => !filed.has(recordingId));
  return lost.length === 0 ? null : `${lost.length} recordings were never filed`;
}
