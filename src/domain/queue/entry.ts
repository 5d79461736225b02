/**
 * A call's place in a queue.
 *
 *     waiting <--> offered --> connected
 *        +------------+-----> abandoned | promised | overflowed | closed
 *
 * The place is when he came, less his head start: who was offered in vain stands where he stood.
 */
import { BugError } from '../errors';
import type { DomainEvent } from '../events';
import type { AgentId, CallId, EntryId, OfferId, QueueId } from '../ids';
import type { CallerKnown, EntryJoined, OfferEnded, OfferMade } from '../raised-events';
import type { EntrySnapshot } from '../records';
import { stay, type Step } from '../step';
import type { Spoken } from './language';
import type { Instant, Millis } from '../time';

interface EntryFacts {
  readonly id: EntryId;
  readonly callId: CallId;
  readonly queueId: QueueId;
  readonly joinedAt: Instant;
  /** `joinedAt` less the head start: by this the line is ordered. */
  readonly place: Instant;
  /** His customer's number; missing when withheld, or when his place is not to be kept. */
  readonly number?: string;
  /** Whose lead he is, until that one was asked. */
  readonly owner?: AgentId;
  /** He is not there and is called back; whether the attempt is claimed, without which no phone rings. */
  readonly back?: 'unclaimed' | 'asked' | 'claimed';
  /** In which he wants to be spoken with; missing where it makes no difference. */
  readonly language?: Spoken;
  /** It is no caller's: this agent of a talk waits in it for somebody to ask. */
  readonly askedBy?: AgentId;
}

/** A place in a queue in whatever state. */
export type Entry = EntryFacts &
  (
    | {
        readonly state: 'waiting';
        /** Who is asked before the queue's agents are; nobody once he was, or could not be. */
        readonly recall?: AgentId;
      }
    | {
        readonly state: 'offered';
        /** Since when it has been ringing. */
        readonly since: Instant;
        /** Those that stand; at least one. */
        readonly offers: readonly OfferId[];
        /** Everybody who was asked since it waited last, also who has let it pass. */
        readonly asked: readonly AgentId[];
        /** Who is asked was named by somebody: the queue's other agents are not. */
        readonly named: boolean;
      }
    | {
        readonly state: 'ended';
        readonly outcome: NonNullable<EntrySnapshot['outcome']>;
        readonly endedAt: Instant;
      }
  );

/** First come, first served, but for head starts; ids are made in order and decide between equal instants. */
export const byPlace = (a: Entry, b: Entry): number =>
  a.place - b.place || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** What the queue gives who joins it. */
interface Admission {
  headStart?: Millis;
  number?: string;
  language?: Spoken | undefined;
}

/** A new entry, journaled so that its place outlives the app. */
export function joinQueue(
  event: EntryJoined,
  { headStart = 0, number, language }: Admission = {},
): Step<Entry> {
  const { entryId: id, callId, queueId, joinedAt, recall, caller, back, askedBy } = event;
  const next: Entry = {
    ...{ id, callId, queueId, joinedAt, place: back ?? joinedAt - headStart, state: 'waiting' },
    ...(back === undefined ? {} : { back: 'unclaimed' as const }),
    ...(number === undefined ? {} : { number }),
    ...(caller?.ownerId === undefined ? {} : { owner: caller.ownerId }),
    ...(askedBy === undefined ? {} : { askedBy }),
    ...(language === undefined ? {} : { language }),
    ...(recall === undefined ? {} : { recall }),
  };
  return { next, effects: save(next) };
}

/** The talk that he was taken for is none, or was lost by our fault: he stands where he stood. Who had him was asked. */
export function standAgain(entry: Entry, takenBy: AgentId): Step<Entry> {
  const { owner, ...others } = factsOf(entry);
  const isAsked = owner === undefined || owner === takenBy;
  const next: Entry = { ...others, ...(isAsked ? {} : { owner }), state: 'waiting' };
  return { next, effects: save(next) };
}

/** One entry, one event. Throws `BugError` for an offer or a talk that cannot begin. */
export function stepEntry(entry: Entry, event: DomainEvent, now: Instant): Step<Entry> {
  if (event.type === 'caller.known') return learn(entry, event);
  if (event.type === 'attempt.wanted' || event.type === 'attempt.claimed')
    return claim(entry, event.type === 'attempt.wanted' ? 'asked' : 'claimed');
  switch (entry.state) {
    case 'waiting':
      if (event.type === 'offer.made') return ask(entry, event, now);
      if (event.type === 'talk.started')
        throw new BugError(`entry ${entry.id} began a talk that nobody offered`);
      return event.type === 'entry.left' ? end(entry, event.outcome, now) : stay(entry);
    case 'offered':
      if (event.type === 'offer.made') return ask(entry, event, now);
      if (event.type === 'offer.ended') return pass(entry, event);
      if (event.type === 'talk.started') return end(entry, 'connected', now);
      return event.type === 'entry.left' ? end(entry, event.outcome, now) : stay(entry);
    case 'ended':
      if (event.type === 'offer.made')
        throw new BugError(`entry ${entry.id} has ended and was offered`);
      return stay(entry);
  }
}

type Offered = Extract<Entry, { state: 'offered' }>;

function ask(
  entry: Exclude<Entry, { state: 'ended' }>,
  made: OfferMade,
  now: Instant,
): Step<Entry> {
  const offers = entry.state === 'offered' ? entry.offers : [];
  const asked = entry.state === 'offered' ? entry.asked : [];
  if (asked.includes(made.agentId))
    throw new BugError(`entry ${entry.id} was offered to ${made.agentId} twice`);
  const next: Offered = {
    ...factsOf(entry),
    state: 'offered',
    since: entry.state === 'offered' ? entry.since : now,
    offers: [...offers, made.offerId],
    asked: [...asked, made.agentId],
    named: made.by !== undefined,
  };
  return { next, effects: [] };
}

/** Who stands in line to be called back: nobody is rung for him before that is claimed. */
const claim = (entry: Entry, back: 'asked' | 'claimed'): Step<Entry> =>
  entry.back === undefined || entry.state === 'ended'
    ? stay(entry)
    : { next: { ...entry, back }, effects: [] };

/** The look-up came late: what it says counts from now on. */
function learn(entry: Entry, { caller, headStartMs = 0 }: CallerKnown): Step<Entry> {
  if (entry.state === 'ended') return stay(entry);
  const owner = caller.ownerId === undefined ? {} : { owner: caller.ownerId };
  const place = entry.back === undefined ? entry.joinedAt - headStartMs : entry.place;
  return { next: { ...entry, ...owner, place }, effects: [] };
}

/** With the last offer gone it waits again, and whoever let it pass may be asked anew; its owner was asked. */
function pass(entry: Offered, { offerId, agentId }: OfferEnded): Step<Entry> {
  const offers = entry.offers.filter((id) => id !== offerId);
  if (offers.length === entry.offers.length) return stay<Entry>(entry);
  const { owner, ...others } = entry;
  const known: Offered = owner === agentId ? others : entry;
  const next: Entry =
    offers.length > 0 ? { ...known, offers } : { ...factsOf(known), state: 'waiting' };
  return { next, effects: [] };
}

function end(
  entry: Entry,
  outcome: NonNullable<EntrySnapshot['outcome']>,
  endedAt: Instant,
): Step<Entry> {
  const next: Entry = { ...factsOf(entry), state: 'ended', outcome, endedAt };
  return { next, effects: save(next) };
}

const factsOf = (entry: Entry): EntryFacts => {
  const { id, callId, queueId, joinedAt, place, number, owner, back, askedBy, language } = entry;
  return {
    ...{ id, callId, queueId, joinedAt, place },
    ...(back === undefined ? {} : { back }),
    ...(number === undefined ? {} : { number }),
    ...(owner === undefined ? {} : { owner }),
    ...(askedBy === undefined ? {} : { askedBy }),
    ...(language === undefined ? {} : { language }),
  };
};

/** Who is called back is kept by his promise, and has not waited on the phone. */
const save = (entry: Entry): Step<Entry>['effects'] =>
  entry.back === undefined
    ? [
        {
          type: 'journal.write',
          record: { kind: 'entry.saved', entry: entrySnapshot(entry) },
        },
      ]
    : [];

/** The entry as it is kept. */
export const entrySnapshot = (entry: Entry): EntrySnapshot => ({
  ...{ id: entry.id, callId: entry.callId, queueId: entry.queueId, joinedAt: entry.joinedAt },
  ...(entry.askedBy === undefined ? {} : { askedBy: entry.askedBy }),
  endedAt: entry.state === 'ended' ? entry.endedAt : null,
  outcome: entry.state === 'ended' ? entry.outcome : null,
});
