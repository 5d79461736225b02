/** Which leads a filter of a request means: of the stores in which who asks has the right, as things are due there. */
import { CodedError } from '../domain/errors';
import type { LeadFilter } from '../domain/lead/filter';
import { leadRulesOf } from '../domain/lead/rules';
import { isOfCentre } from '../domain/lead/staff';
import { mayIn, seesStore, type Asker, type Right } from '../domain/rights';
import type { HttpDeps } from './deps';
import type { LeadView, ManyRules } from './lead-desk-ports';
import type { LeadsAsked } from './queries';
import { storesAsked } from './stores';

/** Throws `NOT_FOUND` of a store that is not his. */
export function leadsAsked(
  { live, now }: Pick<HttpDeps, 'live' | 'now'>,
  person: Asker,
  right: Right,
  { store, ...filter }: LeadFilter,
): LeadsAsked {
  const storeIds = storesAsked(person, right, store);
  const { stores } = live.plan();
  return {
    storeIds,
    ...(Object.keys(filter).length > 0 && { filter }),
    due: {
      now: now(),
      stores: storeIds.map((storeId) => ({
        storeId,
        zone: stores.find(({ id }) => id === storeId)?.timezone ?? 'UTC',
        rules: leadRulesOf(live.plan(), storeId),
      })),
    },
  };
}

/** His own, or one that is shared in a store of his; else `UNKNOWN_VIEW`. */
export async function viewSeen(
  { leadDesk }: Pick<HttpDeps, 'leadDesk'>,
  person: Asker,
  id: string,
): Promise<LeadView> {
  const view = await leadDesk.view(id);
  const isSeen = view !== null && seesStore(person, view.storeId);
  if (isSeen && (view.personId === person.id || view.shared)) return view;
  throw new CodedError('UNKNOWN_VIEW');
}

/** What is said, over the kept filter if one is named. */
export async function overView(
  deps: Pick<HttpDeps, 'leadDesk'>,
  person: Asker,
  { view, filter }: { view: string | undefined; filter: LeadFilter },
): Promise<LeadFilter> {
  if (view === undefined) return filter;
  return { ...(await viewSeen(deps, person, view)).filter, ...filter };
}

/** What decides of each lead among many, for one who has the right. */
export const manyRules = (
  { live }: Pick<HttpDeps, 'live'>,
  person: Asker,
  right: Right,
): ManyRules => ({
  may: (storeId) => mayIn(person, right, storeId),
  canOwn: (ownerId, storeId) => {
    const owner = live.plan().people.find(({ id }) => id === ownerId);
    return owner !== undefined && mayIn(owner, 'leads.work', storeId);
  },
  isOfCentre: (ownerId, storeId) => isOfCentre(live.plan(), ownerId, storeId),
});
