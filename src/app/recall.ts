/**
 * What the app before this one left: out of the database when that is there, else out of the local snapshot and the
 * journal behind it. Either says the same.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { FORM_LIMIT } from '../engine/recent-forms';
import type { Remembered } from '../engine/snapshot/remembered';
import { loadAgentStates } from '../store/agent-states';
import { loadStandingAlarms } from '../store/alarms';
import { loadBlocks } from '../store/blocks';
import { loadOpenCalls } from '../store/calls';
import type { Database } from '../store/database';
import { loadDialBudget, loadTrunkUses } from '../store/day-counts';
import { loadForms } from '../store/forms';
import { loadHotlineOrders } from '../store/hotline-orders';
import { loadPlan } from '../store/plan-rows';
import { loadOpenPromises } from '../store/promises';
import { loadRecentLeavers } from '../store/recent-leavers';
import { loadAcknowledgements } from '../store/sign-in/acknowledgements';
import { loadApiTokens } from '../store/sign-in/api-tokens';
import { loadCredentials, loadPlanHashes } from '../store/sign-in/credentials';
import { loadSecondFactors } from '../store/sign-in/second-factors';
import { loadSessions } from '../store/sign-in/sessions';
import { loadWaits } from '../store/waits';
import { loadWorkdays } from '../store/workdays';
import type { Centre, Parts } from './centre';

/** While the journal is replayed it is looked this often whether the database is still there. */
const LOOK_EVERY_MS = 3000;

/** Starts the replay. Rejects when the database is away and there is no snapshot either. */
export async function recall(parts: Parts, centre: Centre): Promise<Remembered> {
  const { db, there, control, config, log } = parts;
  const { replayer, memory, clock } = centre;
  const alone = async () => {
    const remembered = await memory.recall();
    if (remembered === null) return null;
    log.warn('the database is away; what was journalled is replayed when it is back');
    replayer.start();
    return remembered;
  };
  if (!(await there.answers())) {
    const remembered = await alone();
    if (remembered !== null) return remembered;
  }
  try {
    await there.lead(control, config);
    replayer.start();
    const caughtUp = replayer.caughtUp().then(() => true);
    while (!(await Promise.race([caughtUp, delay(LOOK_EVERY_MS, false)])))
      if (!(await there.answers())) throw new Error('the database went away');
    return await fromDatabase(db, clock.now());
  } catch (error) {
    // One that is there and cannot be used (an upgrade that failed, a newer version) is no reason to do without it.
    const remembered = (await there.answers()) ? null : await alone();
    if (remembered === null) throw error;
    return remembered;
  }
}

/** As the rows have it. */
export async function fromDatabase(db: Database, now: number): Promise<Remembered> {
  return {
    plan: await loadPlan(db),
    known: {
      agents: await loadAgentStates(db),
      promises: await loadOpenPromises(db),
      budget: await loadDialBudget(db, now),
      hotlines: await loadHotlineOrders(db),
      blocks: await loadBlocks(db),
      work: await loadWorkdays(db),
      forms: await loadForms(db, FORM_LIMIT),
      left: await loadRecentLeavers(db),
      waits: await loadWaits(db),
      alarms: await loadStandingAlarms(db),
    },
    trunks: await loadTrunkUses(db),
    calls: await loadOpenCalls(db),
    signIn: {
      planned: [...(await loadPlanHashes(db))],
      credentials: await loadCredentials(db),
      sessions: await loadSessions(db, now),
      acknowledgements: await loadAcknowledgements(db),
      factors: await loadSecondFactors(db),
      tokens: await loadApiTokens(db, now),
    },
  };
}
