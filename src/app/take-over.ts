/**
 * What an app does before it takes new calls: what was promised first (journal into the database, or with that away
 * the local snapshot), then what lives (edge).
 */
import type { CallId } from '../domain/ids';
import type { CallSnapshot } from '../domain/records';
import { recover } from '../engine/recover';
import type { Remembered } from '../engine/snapshot/remembered';
import { findCall } from '../store/calls';
import type { FoundLeg } from '../telephony/reattach';
import type { Centre, Parts } from './centre';
import { recall } from './recall';

/** From a former life to this one: promises, plan, agents, live calls; then new calls. */
export async function takeOver(parts: Parts, centre: Centre): Promise<Remembered> {
  const { engine, telephony, media, fetch, memory, acknowledgements } = centre;
  const remembered = await recall(parts, centre);
  centre.unlinked.start();
  // Before anything is journalled: the snapshot counts what comes from here on.
  memory.begin(remembered);
  telephony.applyPlan(remembered.plan);
  acknowledgements.restore(remembered.signIn.acknowledgements);
  engine.start(remembered.plan, remembered.known);
  const legs = await telephony.connect();
  telephony.resumeTrunks(remembered.trunks);
  await recoverCalls(parts, centre, { legs, calls: remembered.calls });
  fetch.begin();
  media.begin();
  engine.keepPromises();
  telephony.open();
  void memory.keep();
  return remembered;
}

/** Calls that outlived the app become the engine's again; what belongs to none of them is ended. */
async function recoverCalls(
  parts: Parts,
  centre: Centre,
  left: { legs: FoundLeg[]; calls: CallSnapshot[] },
): Promise<void> {
  const { control, kept, log, makeId } = parts;
  const { engine, telephony, media, clock } = centre;
  const { legs } = left;
  const dialogs = legs.map(({ note, ended, arriving }) => {
    const found = { legId: note.legId, note: JSON.stringify(note), ended };
    return arriving ? { ...found, arriving } : found;
  });
  const { sessions } = await control.command('session.list', {});
  const open = left.calls.filter(({ state }) => state !== 'closed');
  const named = await endedOf(parts, left);
  const plan = engine.plan();
  const edgeFell = kept.former !== null && kept.former !== control.edgeId;
  const calls = [...open, ...named];
  const found = recover({ dialogs, sessions, calls, plan, edgeFell, makeId, at: clock.now() });
  engine.submitTogether([...found.nailed, ...found.events]);
  for (const { legId } of found.strayDialogs) telephony.hangup(legId, 'broken');
  for (const callId of found.straySessions) media.media.close(callId);
  await parts.journal.flush();
  kept.keep(control.edgeId);
  control.on('connected', () => kept.keep(control.edgeId));
  log.info({ calls: found.events.length, legs: legs.length, edgeFell }, 'took over');
}

/** Of the calls that the notes name those that have ended: their dialogs are to be hung up. */
async function endedOf(
  { db, there }: Parts,
  { legs, calls }: { legs: FoundLeg[]; calls: CallSnapshot[] },
): Promise<CallSnapshot[]> {
  const known = new Map(calls.map((call) => [call.id, call]));
  const find = async (id: CallId) =>
    known.get(id) ?? (there.isReady ? await findCall(db, id) : null);
  const named = await Promise.all(legs.map(({ note }) => find(note.callId)));
  return named.filter((call) => call !== null).filter(({ outcome }) => outcome !== null);
}
