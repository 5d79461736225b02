/**
 * When a finished recording without a call is an alarm, and when that is over. Nobody finds such a file by its call,
 * lead or customer (A15). Pure.
 */
import type { AlarmRaised } from '../alarm';
import type { CallId, RecordingId, StoreId } from '../ids';
import { seconds, type Instant, type Millis } from '../time';

/** A recording that has no call, or of which that was told and no longer holds. */
export interface OpenLink {
  recordingId: RecordingId;
  callId: CallId;
  /** Null when only the file's path says it. */
  storeId: StoreId | null;
  path: string;
  /** When its record was made. */
  savedAt: Instant;
  /** Its call has a row now. */
  linked: boolean;
  /** The alarm was raised. */
  told: boolean;
}

export interface LinkJudgement {
  alarms: AlarmRaised[];
  /** The recordings that these tell of. */
  told: RecordingId[];
  /** When the next of the others becomes an alarm; null: none is left. */
  nextAt: Instant | null;
}

/** A call's record may come after its recording's: after an app's fall, or from a recovered call. */
export const LINK_GRACE_MS: Millis = seconds(60);

/** More files are counted, not named. */
const NAMED = 5;

export interface LinksAt {
  /** Stores in which the alarm stands. */
  standing?: readonly StoreId[];
  graceMs?: Millis;
}

/** `since`: when the journal of former lives was in the database; nothing is judged before that and the grace. */
export function judgeLinks(
  open: readonly OpenLink[],
  since: Instant,
  now: Instant,
  { standing = [], graceMs = LINK_GRACE_MS }: LinksAt = {},
): LinkJudgement {
  const dueAt = ({ savedAt }: OpenLink): Instant => Math.max(savedAt, since) + graceMs;
  const unlinked = open.filter(({ linked, told }) => !linked && !told);
  const lost = unlinked.filter((link) => dueAt(link) <= now);
  const found = open.filter(({ linked, told }) => linked && told);
  const known = open.filter(({ linked, told }) => !linked && told);
  const missing = new Set([...known, ...lost].map(storeOf));
  // Not before the last of a store is found, or gone.
  const over = [...found.map(storeOf), ...standing].filter((store) => !missing.has(store));
  const alarms = [
    ...alarmsOf(lost, now),
    ...[...new Set(over)].map((store) => endOf(store, found, now)),
  ];
  const later = unlinked.map(dueAt).filter((at) => at > now);
  const told = [...lost, ...found].map(({ recordingId }) => recordingId);
  return { alarms, told, nextAt: later.length === 0 ? null : Math.min(...later) };
}

/** Names what was found now; nothing, when the rest is there no more. */
const endOf = (storeId: StoreId, found: readonly OpenLink[], at: Instant): AlarmRaised => ({
  ...{ type: 'alarm.raised', at, code: 'RECORDING_LINKED', storeId },
  detail: named(found.filter((link) => storeOf(link) === storeId)),
});

/** One a store: after the loss of a database there are thousands. */
function alarmsOf(links: readonly OpenLink[], at: Instant): AlarmRaised[] {
  const byStore = new Map<StoreId, OpenLink[]>();
  for (const link of links) {
    const store = storeOf(link);
    byStore.set(store, [...(byStore.get(store) ?? []), link]);
  }
  return [...byStore].map(([storeId, its]) => ({
    ...{ type: 'alarm.raised', at, code: 'RECORDING_UNLINKED', storeId },
    detail: named(its),
  }));
}

const named = (links: readonly OpenLink[]): string =>
  links.slice(0, NAMED).map(nameOf).join(', ') + others(links.length - NAMED);

const nameOf = ({ path, callId }: OpenLink): string => `${path} (call ${callId})`;
const others = (count: number): string => (count > 0 ? ` and ${count} others` : '');

/** The first folder of a recording's path is its store (path.ts). */
const storeOf = ({ storeId, path }: OpenLink): StoreId => storeId ?? path.split('/')[0] ?? '';
