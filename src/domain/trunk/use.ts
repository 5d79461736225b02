/**
 * How full a trunk is: channels used now, the day's peak, how long it was full, and when that is an alarm. Legs of
 * both directions count. Pure.
 */
import { dayInChina, startInChina } from '../day';
import type { PlanTrunk } from '../plan';
import type { Instant, Millis } from '../time';

export interface TrunkUse {
  /** The day in China, days since 1970. */
  readonly day: number;
  readonly used: number;
  /** Most channels used at once on this day. */
  readonly peak: number;
  /** How long all were used on this day, up to `since`. */
  readonly fullMs: Millis;
  /** Of the last change. */
  readonly since: Instant;
  /** Of so many channels so many were used that somebody should buy more, and not yet few enough again. */
  readonly nearFull: boolean;
}

type Channels = Pick<PlanTrunk, 'channels' | 'reservedForInbound'>;

/** In per cent of the channels. Between the two an alarm neither begins nor ends. */
const NEAR_FULL = 80;
const ROOM_AGAIN = 70;

export const unused = (at: Instant): TrunkUse => ({
  ...{ day: dayInChina(at), used: 0, peak: 0, fullMs: 0, since: at, nearFull: false },
});

/** The use as it stands at that moment, which is not before the last change. */
export function useAt(use: TrunkUse, trunk: Channels, at: Instant): TrunkUse {
  const day = Math.max(dayInChina(at), use.day);
  const sameDay = day === use.day;
  const since = sameDay ? use.since : startInChina(day);
  const full = use.used >= trunk.channels ? Math.max(0, at - since) : 0;
  return {
    ...use,
    ...{ day, since: Math.max(at, use.since), fullMs: (sameDay ? use.fullMs : 0) + full },
    peak: sameDay ? use.peak : use.used,
  };
}

/** One leg more or less. */
export function changeUse(use: TrunkUse, by: 1 | -1, trunk: Channels, at: Instant): TrunkUse {
  const now = useAt(use, trunk, at);
  const used = Math.max(0, now.used + by);
  const percent = (used * 100) / trunk.channels;
  const nearFull = percent >= NEAR_FULL || (use.nearFull && percent > ROOM_AGAIN);
  return { ...now, used, peak: Math.max(now.peak, used), nearFull };
}

/** Few enough are used for an alarm to be over. */
export const hasRoomAgain = ({ used }: TrunkUse, { channels }: Channels): boolean =>
  (used * 100) / channels <= ROOM_AGAIN;

/** Whether the day's figures became others, so that a restart has to know. */
export const isNews = (before: TrunkUse, after: TrunkUse, { channels }: Channels): boolean =>
  after.peak !== before.peak ||
  after.fullMs !== before.fullMs ||
  after.used >= channels !== before.used >= channels;

/**
 * The use as it goes on after a restart. Legs that are found again are in `now`; where they fill the trunk, it was
 * full in between.
 */
export function resumed(kept: TrunkUse, now: TrunkUse, trunk: Channels, at: Instant): TrunkUse {
  const full = kept.used >= trunk.channels && now.used >= trunk.channels;
  const before = useAt(full ? kept : { ...kept, used: 0 }, trunk, at);
  const current = useAt(now, trunk, at);
  if (kept.day < current.day && !full) return current;
  return {
    ...current,
    peak: Math.max(before.peak, current.peak),
    fullMs: before.fullMs + (full ? 0 : current.fullMs),
  };
}

/** Channels that calls of ours leave to callers; half of them unless the plan says so. */
export const reservedOf = ({ channels, reservedForInbound }: Channels): number =>
  reservedForInbound ?? Math.floor(channels / 2);

/**
 * Whether one more call of ours may leave. A call for help is never held back by a count of ours: if the carrier has
 * no line left, it will say so.
 */
export const hasRoom = (trunk: Channels, used: number, isEmergency: boolean): boolean =>
  isEmergency || used < trunk.channels - reservedOf(trunk);
