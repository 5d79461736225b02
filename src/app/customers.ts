/** What follows from calls for customers: leads get theirs, the timeline its calls. */
import { numberFactsBy } from '../domain/customer/number';
import { takersOf } from '../domain/lead/staff';
import { seconds, type Millis } from '../domain/time';
import { Linking } from '../jobs/linking';
import { agreeConfirmed, linkCalls, linkLeads, type Linked } from '../store/customers/linking';
import { leadsOfKnownCallers } from '../store/customers/known-callers';
import type { Centre, Parts } from './centre';

const NOTHING: Linked = { found: 0, linked: 0 };
/** What is confirmed of numbers is looked at as a whole: when somebody has said something, and so often for what merges make of it. */
const AGREE_MS: Millis = seconds(60);

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
  const linking = new Linking({
    steps: [
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
