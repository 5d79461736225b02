/** What follows from calls for customers: leads get theirs, the timeline its calls. */
import { numberFactsBy } from '../domain/customer/number';
import { Linking } from '../jobs/linking';
import { agreeConfirmed, linkCalls, linkLeads } from '../store/customers/linking';
import type { Centre, Parts } from './centre';

/** Runs from `wake` on, whenever a batch of the journal stands in the database. */
export function customerLinking({ db, there, makeId, log }: Parts, centre: Centre): Linking {
  const tools = { makeId, facts: numberFactsBy(() => centre.engine.plan()) };
  const linking = new Linking({
    steps: [
      (most) => there.ready().then(() => linkLeads(db, most, tools)),
      () => agreeConfirmed(db).then(() => ({ found: 0, linked: 0 })),
      (most) => linkCalls(db, most),
    ],
    onError: (err) => log.warn({ err }, 'leads get their customers another time'),
  });
  centre.onApplied.push(() => linking.wake());
  return linking;
}
