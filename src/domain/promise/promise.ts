/**
 * A promise to call somebody back: one open promise per person (number) and hotline.
 *
 *     none --owed--> open <--attempt--> claimed
 *                     ^ |                  +--talk joined--> kept | late
 *                     | +--settled by a person--> withdrawn | kept | late
 *                     +-+ owed again: updated; the earliest due time stays, and the better place
 *
 * It ends by a conversation, or by an agent's word; not by ringing again. After as many tries as the plan has, and where no call
 * leaves by itself, it stays open as a task for a person.
 */
import type { Effect } from '../effects';
import type { DomainEvent } from '../events';
import type { AttemptEnded, PromiseSettled } from '../promise-events';
import type { PromiseOwed } from '../raised-events';
import type { AttemptOutcome, PromiseSnapshot, PromiseTask } from '../records';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { USUAL_RING_BACK, type RingBack } from './ring-back';

/** Nobody was dialled: no agent came, or we failed. */
export const SOON_AGAIN_MS: Millis = seconds(30);
/** All channels that callers leave us are in use: an agent is not rung for that every half minute. */
export const CHANNEL_AGAIN_MS: Millis = seconds(120);
/** Who has just hung up puts his phone down first, or rings again by himself. */
export const SETTLE_MS: Millis = seconds(10);

/** The name under which an open promise is found. */
export const promiseKey = (hotline: string, number: string): string => `${hotline}|${number}`;

/** It has not ended: nobody has talked with him. */
export const stands = ({ state }: PromiseSnapshot): boolean =>
  state === 'open' || state === 'claimed';

/** Null stands for "none open". An update moves to the newest call, so that it can be told. `rule`: of its hotline. */
export function stepPromise(
  promise: PromiseSnapshot | null,
  event: DomainEvent,
  now: Instant,
  rule: RingBack = USUAL_RING_BACK,
): Step<PromiseSnapshot | null> {
  if (event.type === 'promise.owed')
    return changed(
      promise && stands(promise) ? update(promise, event, now) : open(event, now, rule),
    );
  if (!promise || !stands(promise)) return stay(promise);
  switch (event.type) {
    case 'talk.joined':
      return changed(kept(promise, now));
    case 'promise.moved':
      return event.callId === null || event.callId === promise.callId
        ? changed(movedOff(promise, now))
        : stay(promise);
    case 'promise.settled':
      return settle(promise, event, now);
    case 'attempt.claimed':
      return changed({ ...promise, state: 'claimed', attemptId: event.attempt.id });
    case 'attempt.ended':
      return attempted(promise, event, now, rule);
    default:
      return stay(promise);
  }
}

const open = (owed: PromiseOwed, now: Instant, { dueMs }: RingBack): PromiseSnapshot => ({
  id: owed.promiseId,
  storeId: owed.storeId,
  hotline: owed.hotline,
  queueId: owed.queueId,
  number: owed.number,
  callId: owed.callId,
  leadId: owed.leadId,
  state: 'open',
  reason: owed.reason,
  dueAt: Math.min(Math.max(now, owed.from ?? now) + dueMs, owed.dueAt ?? Infinity),
  openedAt: now,
  notBefore: now + SETTLE_MS,
  ...keptOf(owed),
});

/**
 * Due time and opening stay: who rings again does not move to the end of the list. Of two places he keeps the better.
 * Who did not answer is there again.
 */
function update(promise: PromiseSnapshot, owed: PromiseOwed, now: Instant): PromiseSnapshot {
  const { tries: _tries, task, ...others } = promise;
  return {
    ...others,
    ...(task === undefined || task === 'tried' ? {} : { task }),
    queueId: owed.queueId,
    callId: owed.callId,
    leadId: owed.leadId ?? promise.leadId,
    dueAt: Math.min(promise.dueAt, owed.dueAt ?? Infinity),
    // Who has asked for it hangs up in the line as others do.
    reason: owed.reason === 'abandoned' && promise.reason === 'asked' ? 'asked' : owed.reason,
    notBefore: now + SETTLE_MS,
    ...keptOf(owed),
    ...betterPlace(promise.place, owed.place),
  };
}

/**
 * What was promised at other numbers of his, and is promised at this one: due when the first was, in the better place,
 * and with what he said to it.
 */
export function inheriting(owed: PromiseOwed, former: readonly PromiseSnapshot[]): PromiseOwed {
  if (former.length === 0) return owed;
  const places = former.flatMap(({ queueId, place }) =>
    queueId === owed.queueId ? (place ?? []) : [],
  );
  const place = Math.min(owed.place ?? Infinity, ...places);
  const messageId = former.find((one) => one.messageId !== undefined)?.messageId;
  return {
    ...(messageId === undefined ? {} : { messageId }),
    ...owed,
    dueAt: Math.min(...former.map(({ dueAt }) => dueAt)),
    ...(place === Infinity ? {} : { place }),
  };
}

type Kept = 'ownerId' | 'place' | 'messageId';

const keptOf = ({
  ownerId,
  place,
  messageId,
}: Pick<PromiseOwed, Kept>): Pick<PromiseSnapshot, Kept> => ({
  ...(ownerId === undefined ? {} : { ownerId }),
  ...(place === undefined ? {} : { place }),
  ...(messageId === undefined ? {} : { messageId }),
});

const betterPlace = (a: Instant | undefined, b: Instant | undefined): { place?: Instant } =>
  a === undefined || b === undefined ? {} : { place: Math.min(a, b) };

const kept = (promise: PromiseSnapshot, now: Instant): PromiseSnapshot => ({
  ...unclaimed(promise),
  state: now > promise.dueAt ? 'late' : 'kept',
  endedAt: now,
});

function unclaimed({ attemptId: _attempt, ...promise }: PromiseSnapshot): PromiseSnapshot {
  return { ...promise, state: 'open' };
}

/** Who said so, and why, is kept and audited. */
function settle(
  promise: PromiseSnapshot,
  { by, as, reason }: PromiseSettled,
  now: Instant,
): Step<PromiseSnapshot> {
  const done = kept(promise, now);
  const said = { endedBy: by, endReason: reason };
  const next = { ...done, ...(as === 'done' ? {} : { state: 'withdrawn' as const }), ...said };
  const step = changed(next);
  const what = as === 'done' ? 'promise.done' : 'promise.withdrawn';
  const record = { kind: 'audit.noted', who: by, what, subject: promise.id } as const;
  return { next, effects: [...step.effects, { type: 'journal.write', record }] };
}

/** An attempt of his is over, and he has not been talked with. */
function attempted(
  promise: PromiseSnapshot,
  { attemptId, outcome, counts }: AttemptEnded,
  now: Instant,
  { tries: most, againMs }: RingBack,
): Step<PromiseSnapshot> {
  // One of a former life was claimed before that was written here.
  if (promise.state === 'claimed' && promise.attemptId !== attemptId) return stay(promise);
  const tries = (promise.tries ?? 0) + (counts ? 1 : 0);
  const next: PromiseSnapshot = {
    ...unclaimed(promise),
    ...(tries === 0 ? {} : { tries }),
    ...(outcome === 'crossed'
      ? {}
      : { notBefore: now + (counts ? againMs : undialledAgain(outcome)) }),
    ...(tries >= most ? { task: 'tried' as const } : {}),
  };
  return changed(next);
}

const undialledAgain = (outcome: AttemptOutcome): Millis =>
  outcome === 'no-channel' ? CHANNEL_AGAIN_MS : SOON_AGAIN_MS;

/** Whether a call may leave by itself is another question than it was: a plan was applied. */
export function withTask(
  promise: PromiseSnapshot,
  why: PromiseTask | null,
): Step<PromiseSnapshot> | null {
  const before = promise.task === 'tried' ? null : (promise.task ?? null);
  if (before === why || promise.task === 'tried') return null;
  const { task: _task, ...others } = promise;
  return changed({ ...others, ...(why === null ? {} : { task: why }) });
}

function changed(next: PromiseSnapshot): Step<PromiseSnapshot> {
  const effects: Effect[] = [
    { type: 'journal.write', record: { kind: 'promise.saved', promise: next } },
    { type: 'notify', notice: { kind: 'promise.updated', promise: next } },
  ];
  return { next, effects };
}

/** He is called at another number instead. */
const movedOff = (promise: PromiseSnapshot, now: Instant): PromiseSnapshot => ({
  ...kept(promise, now),
  state: 'withdrawn',
});
