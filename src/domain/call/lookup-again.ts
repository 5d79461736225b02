import type { Effect } from '../effects';
import { knownBy, type Call } from './call';

/** Asks who is calling once more; the answer comes back as `lookup.completed`. */
export const askAgain = (call: Call): Effect => ({
  type: 'lookup.ask',
  callId: call.id,
  number: knownBy(call),
  storeId: call.route.storeId,
  placed: call.direction !== 'inbound',
});
