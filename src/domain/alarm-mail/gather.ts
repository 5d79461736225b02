/**
 * When alarms are mailed: the first of a kind at once, the same one not again for a while, and a storm in one mail. What
 * is held back goes out together as soon as the earliest of it may.
 *
 *     alarm --of no mail lately, few mails lately--> mailed at once
 *       `---else--> gathered --the first of them is due--> one mail of all of them
 *
 * An alarm that ends another is an alarm of its own: something that comes and goes all the time is a storm, too.
 */
import type { AlarmCode } from '../alarm';
import type { StoreId } from '../ids';
import { seconds, type Instant, type Millis } from '../time';

/** So many mails in a minute are read one by one; of more nobody knows which matters. */
const BURST = 3;
const BURST_MS: Millis = seconds(60);
/** What is told of beside its number; of more it is only said how many there were. */
export const MOST_GATHERED = 100;

export interface MailedAlarm {
  at: Instant;
  code: AlarmCode;
  detail: string;
  storeId: StoreId | null;
}

/** What has been mailed lately, and what waits. */
export interface Gathered {
  /** By kind and store: when it was last mailed. */
  mailed: ReadonlyMap<string, Instant>;
  /** Of the last minute. */
  recent: readonly Instant[];
  waiting: readonly MailedAlarm[];
  /** Beyond `MOST_GATHERED`. */
  more: number;
  /** When what waits goes out; null: nothing waits. */
  dueAt: Instant | null;
}

export const NOTHING_GATHERED: Gathered = {
  ...{ mailed: new Map(), recent: [], waiting: [], more: 0, dueAt: null },
};

/** A mail to be sent now. */
export interface Digest {
  alarms: readonly MailedAlarm[];
  more: number;
}

export interface GatherStep {
  next: Gathered;
  mail: Digest | null;
}

const keyOf = ({ code, storeId }: MailedAlarm): string => `${code}|${storeId ?? ''}`;

/** An alarm was raised. `againMs`: how long the same one is not mailed again. */
export function gather(state: Gathered, alarm: MailedAlarm, againMs: Millis): GatherStep {
  const recent = state.recent.filter((at) => at > alarm.at - BURST_MS);
  const last = state.mailed.get(keyOf(alarm));
  const isNews = last === undefined || last + againMs <= alarm.at;
  if (isNews && recent.length < BURST && state.waiting.length === 0)
    return sent({ ...state, recent }, { alarms: [alarm], more: 0 }, { at: alarm.at, againMs });
  const dueAt = isNews ? alarm.at + BURST_MS : last + againMs;
  const fits = state.waiting.length < MOST_GATHERED;
  const next: Gathered = {
    ...{ ...state, recent, dueAt: Math.min(state.dueAt ?? Infinity, dueAt) },
    ...(fits ? { waiting: [...state.waiting, alarm] } : { more: state.more + 1 }),
  };
  return { next, mail: null };
}

/** Time has passed; `ending`: what waits goes out now, because nobody will be there later. */
export function due(
  state: Gathered,
  { now, againMs, ending = false }: { now: Instant; againMs: Millis; ending?: boolean },
): GatherStep {
  const isDue = state.dueAt !== null && (ending || state.dueAt <= now);
  if (!isDue) return { next: state, mail: null };
  return sent(state, { alarms: state.waiting, more: state.more }, { at: now, againMs });
}

function sent(
  state: Gathered,
  mail: Digest,
  { at, againMs }: { at: Instant; againMs: Millis },
): GatherStep {
  const kept = [...state.mailed].filter(([, mailedAt]) => mailedAt + againMs > at);
  const mailed = new Map([...kept, ...mail.alarms.map((one) => [keyOf(one), at] as const)]);
  const recent = [...state.recent, at];
  return { next: { mailed, recent, waiting: [], more: 0, dueAt: null }, mail };
}
