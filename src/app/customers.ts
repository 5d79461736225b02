/** What follows from calls for customers: leads get theirs, the timeline its calls. */
import { LET_GO_MS } from '../domain/call/closing';
import { numberFactsBy } from '../domain/customer/number';
import { takersOf } from '../domain/lead/staff';
import { numberIdentity } from '../domain/number/identity';
import { seconds, type Millis } from '../domain/time';
import { Linking } from '../jobs/linking';
import { agreeConfirmed, linkCalls, linkLeads, type Linked } from '../store/customers/linking';
import { leadsOfKnownCallers } from '../store/customers/known-callers';
import { knowCallers } from '../store/customers/unknown-callers';
import type { Centre, Parts } from './centre';

const NOTHING: Linked = { found: 0, linked: 0 };
/** What is confirmed of numbers is looked at as a whole: when somebody has said something, and so often for what merges make of it. */
const AGREE_MS: Millis = seconds(60);
/** So long after its end a call asks no more who called, and what it learnt last stands in the rows. */
const UNKNOWN_MS: Millis = LET_GO_MS + seconds(15);

/** Runs from `wake` on, whenever a batch of the journal stands in the database. */
export function customerLinking({ db, there, makeId, log }: Parts, centre: Centre): Linking {
  const tools = { makeId, facts: numberFactsBy(() => centre.engine.plan()) };
  const known = { makeId, takers: (id: string) => takersOf(centre.engine.plan(), id) };
  let agreedAt: number | null = null;
  const agree = async (): Promise<Linked> => {
    const now = centre.clock.now();
    if (agreedAt !== null && now - agreedAt < AGREE_MS) return NOTHING;
    // Before it: what is said meanwhile is looked at again.
    agreedAt = now;
    await agreeConfirmed(db).catch((error: unknown) => {
      agreedAt = null;
      throw error;
    });
    return NOTHING;
  };
  const identifies = numberIdentity(() => centre.engine.plan());
  // Calls that ended before belong to an app that has fallen, and ask no more.
  const startedAt = centre.clock.now();
  let lookAgain: NodeJS.Timeout | undefined;
  const unknown = async (most: number): Promise<Linked> => {
    const endedBefore = Math.max(centre.clock.now() - UNKNOWN_MS, startedAt);
    const isLive = (callId: string) => centre.engine.holds(callId);
    const linked = await knowCallers(db, most, { identifies, isLive, endedBefore });
    // Nothing else may happen until then that wakes it.
    if (linked.later) lookAgain ??= setTimeout(wakeAgain, UNKNOWN_MS).unref();
    return linked;
  };
  const wakeAgain = () => {
    lookAgain = undefined;
    linking.wake();
  };
  const linking = new Linking({
    steps: [
      (most) => there.ready().then(() => unknown(most)),
      (most) => there.ready().then(() => linkLeads(db, most, tools)),
      agree,
      (most) => linkCalls(db, most),
      (most) => leadsOfKnownCallers(db, most, known),
    ],
    onError: (err) => log.warn({ err }, 'leads get their customers another time'),
  });
  centre.onApplied.push((entries) => {
    if (entries.some(({ record }) => record.kind === 'number.confirmed')) agreedAt = null;
    linking.wake();
  });
  return linking;
}
