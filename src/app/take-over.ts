/**
 * What an app does before it takes new calls: what was promised first (journal into the database), then what lives
 * (edge).
 */
import { FORM_LIMIT } from '../engine/recent-forms';
import { recover } from '../engine/recover';
import { loadBlocks } from '../store/blocks';
import { loadAgentStates } from '../store/agent-states';
import { findCall, loadOpenCalls } from '../store/calls';
import { loadDialBudget, loadTrunkUses } from '../store/day-counts';
import { loadForms } from '../store/forms';
import { loadHotlineOrders } from '../store/hotline-orders';
import { loadPlan } from '../store/plan-rows';
import { loadOpenPromises } from '../store/promises';
import { loadRecentLeavers } from '../store/recent-leavers';
import { loadWaits } from '../store/waits';
import { loadWorkdays } from '../store/workdays';
import type { FoundLeg } from '../telephony/reattach';
import type { Centre, Parts } from './centre';

/** From a former life to this one: promises, plan, agents, live calls; then new calls. */
export async function takeOver(parts: Parts, centre: Centre): Promise<void> {
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
