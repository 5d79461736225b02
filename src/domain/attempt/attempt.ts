/**
 * An attempt to reach somebody by a call that none of ours has asked for, whatever it is made for:
 *
 *     claimed --intent committed--> dialling --> ringing --> answered --> connected --> done(outcome)
 *        +------------------------------+-----------+------------+------------^
 *
 * The claim, with its lease, and the intent are rows in PostgreSQL before anything leaves: so there is one INVITE for
 * one claim, and after a fall it is known whether it may have left.
 */
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import { isOurFault } from '../end-cause';
import type { DomainEvent } from '../events';
import type { CallOutcome, AttemptOutcome, AttemptSnapshot } from '../records';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';

/** For the agent's phone to ring, and for what he is told: then nobody came for it. */
export const CLAIM_MS: Millis = seconds(120);
/** The customer's phone rings this long where the plan says nothing else. */
export const CUSTOMER_RINGS_MS: Millis = seconds(25);
/** From the intent on: the ringing, and time for trunks that are tried one after the other. */
export const dialLeaseMs = (ringMs: Millis): Millis => ringMs + seconds(35);

type Claim = Pick<AttemptSnapshot, 'id' | 'subject' | 'storeId' | 'number' | 'callId'>;

/** As it is claimed. */
export const claimAttempt = (claim: Claim, now: Instant): AttemptSnapshot => ({
  ...claim,
  ...{ agentId: null, state: 'claimed', claimedAt: now, leaseUntil: now + CLAIM_MS },
  ...{ dialledAt: null, ringingAt: null, answeredAt: null, connectedAt: null },
  ...{ endedAt: null, outcome: null },
});

/** What happened to its customer's leg comes without the leg's name: it is asked for that alone. */
export function stepAttempt(
  attempt: AttemptSnapshot,
  event: DomainEvent,
  now: Instant,
): Step<AttemptSnapshot> {
  const { state } = attempt;
  if (state === 'done') return stay(attempt);
  switch (event.type) {
    case 'attempt.intended': {
      if (state !== 'claimed') return stay(attempt);
      const { agentId, leaseUntil } = event;
      return quietly({ ...attempt, state: 'dialling', dialledAt: now, agentId, leaseUntil });
    }
    case 'leg.ringing':
      return state === 'dialling'
        ? quietly({ ...attempt, state: 'ringing', ringingAt: now })
        : stay(attempt);
    case 'leg.answered':
      return state === 'dialling' || state === 'ringing'
        ? quietly({ ...attempt, state: 'answered', answeredAt: now })
        : stay(attempt);
    case 'calling.joined':
      return state === 'answered'
        ? saved({ ...attempt, state: 'connected', connectedAt: now })
        : stay(attempt);
    case 'attempt.over':
      return done(attempt, event.outcome, now);
    default:
      return stay(attempt);
  }
}

function done(attempt: AttemptSnapshot, said: AttemptOutcome, now: Instant): Step<AttemptSnapshot> {
  const outcome = attempt.connectedAt === null ? said : 'talk';
  const { next, effects } = saved({ ...attempt, state: 'done', endedAt: now, outcome });
  return { next, effects: [...effects, endedOf(next, now)] };
}

/** What its subject is told; also of one that a former life has left behind. */
export const endedOf = (attempt: AttemptSnapshot, at: Instant): Effect => ({
  type: 'raise',
  event: {
    ...{ type: 'attempt.ended', at, attemptId: attempt.id, subject: attempt.subject },
    outcome: attempt.outcome ?? 'lost',
    counts: isTry(attempt),
  },
});

/** Outcomes after which nobody can have been rung in vain, whatever was committed. */
const NO_TRY: ReadonlySet<AttemptOutcome> = new Set(['talk', 'no-channel', 'crossed', 'withdrawn']);

const isTry = ({ dialledAt, outcome }: AttemptSnapshot): boolean =>
  dialledAt !== null && !NO_TRY.has(outcome ?? 'lost');

const quietly = (next: AttemptSnapshot): Step<AttemptSnapshot> => ({ next, effects: [] });

const saved = (next: AttemptSnapshot): Step<AttemptSnapshot> => ({
  next,
  effects: [{ type: 'journal.write', record: { kind: 'attempt.saved', attempt: next } }],
});

/** What the end of its call says of an attempt. */
export function outcomeOfCall(call: CallOutcome, cause: EndCause): AttemptOutcome {
  if (call === 'talk') return 'talk';
  if (isOurFault(cause)) return 'broken';
  switch (cause) {
    case 'no-answer':
    case 'busy':
    case 'declined':
    case 'no-channel':
      return cause;
    case 'pre-empted':
    case 'over-capacity':
      return 'no-channel';
    case 'unavailable':
    case 'unreachable':
    case 'unknown-number':
    case 'no-media':
    case 'forbidden':
      return 'unreachable';
    case 'withdrawn':
      return 'no-agent';
    default:
      return 'agent-left';
  }
}
