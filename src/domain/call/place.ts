import type { Effect } from '../effects';
import type { Call } from './call';

/** The call's place in its queue has become its talk. */
export const placeTaken = ({ id, ids, route, arrivedAt, talkStartedAt }: Call): Effect => ({
  type: 'journal.write',
  record: {
    kind: 'entry.saved',
    entry: {
      id: ids.entryId,
      callId: id,
      queueId: route.queueId,
      joinedAt: arrivedAt,
      endedAt: talkStartedAt,
      outcome: 'connected',
    },
  },
});
