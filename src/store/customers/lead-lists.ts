/** Distribution and lists of leads (port `LeadLists` of http). */
import { distributeAll } from '../../domain/lead/distribution';
import type { GivenLead, LeadLists } from '../../http/lead-list-ports';
import type { Database } from '../database';
import {
  countOwnerless,
  giveToTaker,
  loadsOf,
  ownerless,
  type DistributionAsked,
  type Ownerless,
} from './distribution';
import { dueLeadPage } from './due-leads';
import { handoverPage } from './handover';

/** `busy`: numbers, leads and customers of calls that go on; `key`: of hashes of numbers. */
export function storeLeadLists(
  db: Database,
  makeId: () => string,
  busy: () => ReadonlySet<string>,
  key: Buffer,
): LeadLists {
  return {
    distribute: async ({ most, dryRun, ...store }, { by, at }) => {
      const asked: DistributionAsked = { ...store, busy: busy(), key };
      if (dryRun) return wouldGive(db, asked, { most, at });
      const given: GivenLead[] = [];
      let after: Ownerless | undefined;
      while (given.length < most && asked.takers.length > 0) {
        const some = await ownerless(db, asked, { after, most: most - given.length });
        if (some.length === 0) break;
        after = some.at(-1);
        for (const { id } of some) {
          // Each a moment after the other: that tells who has waited longest.
          const then = at + given.length;
          const one = await db.transaction((trx) =>
            giveToTaker({ trx, makeId, at: then, by }, id, asked),
          );
          if (one !== null) given.push(one);
        }
      }
      return { given, left: await countOwnerless(db, asked) };
    },
    handovers: (asked, page) => handoverPage(db, asked, page),
    due: (asked, page) => dueLeadPage(db, { ...asked, key }, page),
  };
}

/** The same decisions, and nothing is changed. */
async function wouldGive(
  db: Database,
  asked: DistributionAsked,
  { most, at }: { most: number; at: number },
): Promise<{ given: GivenLead[]; left: number }> {
  const [leads, takers, waiting] = await Promise.all([
    ownerless(db, asked, { most }),
    loadsOf(db, asked),
    countOwnerless(db, asked),
  ]);
  const owners = leads.map(({ his }) => his);
  const all = distributeAll(owners, takers, { distribution: 'fewest-open' }, at);
  const given = leads.flatMap(({ id }, index): GivenLead[] => {
    const one = all[index];
    return one ? [{ leadId: id, ownerId: one.to, way: one.way }] : [];
  });
  return { given, left: waiting - given.length };
}
