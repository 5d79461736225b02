import type { Effect } from '../effects';
import { snapshot, type Call } from './call';

/** The call as it stands now, for the journal and for desktops. */
export const told = (call: Call): Effect[] => [
  { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(call) } },
  { type: 'notify', notice: { kind: 'call.updated', call: snapshot(call) } },
];
