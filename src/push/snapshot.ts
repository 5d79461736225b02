/**
 * What a client may see when it connects. The same projection decides as for later frames, so a
 * snapshot never shows what a frame would have hidden, nor the other way round.
 */
import { formView, type FormSnapshot } from '../domain/form/form';
import type { Notice } from '../domain/notices';
import { postsOf } from '../domain/organisation';
import type { ReadOnly } from '../domain/read-only';
import { mayIn, type Asker } from '../domain/rights';
import type { LiveView } from '../engine/ports';
import type { Snapshot } from './events';
import { belongsTo, project } from './project';

/** Everything live that the person may see, now. */
export function snapshotFor(person: Asker, live: LiveView, readOnly: ReadOnly | null): Snapshot {
  const plan = live.plan();
  const sees = (notice: Notice): boolean =>
    project(notice).some(({ audience }) => belongsTo(person, audience, plan));
  const { id, name, post, store, queues } = person;
  const unclassified = live.unclassified();
  return {
    me: { id, name, post, posts: postsIn(person), store, queues },
    agents: live.agents().filter((agent) => sees({ kind: 'agent.updated', agent })),
    hotlines: live.hotlines().filter((hotline) => sees({ kind: 'hotline.updated', hotline })),
    queues: live.queues().filter((queue) => sees({ kind: 'queue.updated', queue })),
    calls: live.calls().filter((call) => sees({ kind: 'call.updated', call })),
    parked: live.parked().filter((parked) => sees({ kind: 'call.parked', parked })),
    offers: live.offers(id),
    callers: live.callers(id),
    forms: unclassified.filter(({ agentId, falls }) => agentId === id && !falls).map(formView),
    unclassified: unclassified
      .filter((form) => isListed(form) && mayIn(person, 'store.oversee', form.storeId))
      .map(({ callId }) => callId),
    promises: live.promises().filter((promise) => sees({ kind: 'promise.updated', promise })),
    readOnly,
  };
}

/** While he talks nobody has to have said what came of it. */
const isListed = ({ endedAt }: FormSnapshot): boolean => endedAt !== null;

const postsIn = (person: Asker): Snapshot['me']['posts'] =>
  postsOf(person).map(({ post, stores }) => ({ post, stores: [...stores] }));
