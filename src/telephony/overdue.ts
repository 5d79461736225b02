/**
 * A binding that has run out although its phone may well be there: no app was, or the app was cut off from the edge, and
 * the edge answered its REGISTER with 503, if it was there itself. Such a phone tries again when it pleases, the later
 * the more often it failed. Until then it is asked by OPTIONS, and is called as long as it answers. Pure.
 *
 * Whatever runs out while an app lives leaves the journal in that moment. So what the next app finds there was good when
 * the former one was last alive, and no other sign of life is needed.
 */
import type { Binding } from './bindings';
import type { PlaceState } from './phone-watch';

/**
 * How long after the start of an app (or its return to the edge), and after its own end, such a binding may be kept: no
 * phone waits longer for its next try (RFC 5626 §4.5), and in time its address may become another's.
 */
export const OVERDUE_LIMIT_MS = 30 * 60_000;

/** `live`: the phone said that it is there. `overdue`: it could not say so. `over`: it is no longer believed. */
export type Standing = 'live' | 'overdue' | 'over';

/**
 * What is made of a binding of the former app, or of before the cut, at the moment from which on its phone can register
 * again; undefined when too much time has passed.
 */
export function takenOver(binding: Binding, at: number): Binding | undefined {
  if (at - binding.expiresAt >= OVERDUE_LIMIT_MS) return undefined;
  return { ...binding, keptUntil: at + OVERDUE_LIMIT_MS };
}

export function standingOf({ expiresAt, keptUntil = expiresAt }: Binding, now: number): Standing {
  if (expiresAt > now) return 'live';
  return keptUntil > now ? 'overdue' : 'over';
}

/** When its standing changes next. */
export const endOf = (binding: Binding, now: number): number =>
  standingOf(binding, now) === 'live'
    ? binding.expiresAt
    : (binding.keptUntil ?? binding.expiresAt);

/** Milliseconds in which its place is asked then: before it runs out, or at once. */
export const askedWithin = ({ expiresAt }: Binding, now: number): number =>
  Math.max(0, (expiresAt - now) / 2);

/** An overdue one goes when its phone is silent, or says that nobody of that name is there. */
export function isKept(standing: Standing, place: PlaceState): boolean {
  if (standing === 'overdue') return place !== 'silent' && place !== 'absent';
  return standing === 'live';
}

/** Calls go to a live place unless it is silent, to an overdue one only if it answered when it was asked last. */
export function isCalled(standing: Standing, place: PlaceState): boolean {
  if (standing === 'overdue') return place === 'answered';
  return standing === 'live' && place !== 'silent';
}

/**
 * What is left of a phone's bindings when a REGISTER of it is granted: who registers again, by the same Call-ID or from
 * the same place, says himself where he is. Those contacts that he names are left to what he says of them.
 */
export function withoutOutdated(
  bindings: Binding[],
  by: Pick<Binding, 'callId' | 'address' | 'port'> & { uris: readonly string[] },
  now: number,
): Binding[] {
  const isSamePlace = (b: Binding) => b.address === by.address && b.port === by.port;
  return bindings.filter((one) => {
    if (standingOf(one, now) === 'live' || by.uris.includes(one.contact)) return true;
    return one.callId !== by.callId && !isSamePlace(one);
  });
}

/** At most so many: the overdue ones go first, then the oldest. */
export function atMost(most: number, bindings: Binding[], now: number): Binding[] {
  if (bindings.length <= most) return bindings;
  return bindings.filter((one) => standingOf(one, now) === 'live').slice(-most);
}
