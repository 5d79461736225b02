/** What is told of promises that people end, and of the attempts to keep the others. */
import type { AgentId, AttemptId, CallId, PromiseId } from './ids';
import type { AttemptOutcome, AttemptSnapshot, AttemptSubject } from './records';
import type { Instant } from './time';

/** Somebody has decided that there will be no call, and why; `done`: he has seen to it in another way. */
export interface PromiseSettled {
  type: 'promise.settled';
  at: Instant;
  promiseId: PromiseId;
  /** A person. */
  by: string;
  as: 'withdrawn' | 'done';
  reason: string;
}

/** It is a promise's turn, and an agent is there: whoever has the claim may ring him. */
export interface AttemptWanted {
  type: 'attempt.wanted';
  at: Instant;
  callId: CallId;
}

/** The claim is committed. */
export interface AttemptClaimed {
  type: 'attempt.claimed';
  at: Instant;
  attempt: AttemptSnapshot;
}

/** There is no claim, or it is over: `taken` by somebody else, or `away`, the database cannot say. */
export interface AttemptRefused {
  type: 'attempt.refused';
  at: Instant;
  attemptId: AttemptId;
  callId: CallId;
  why: 'taken' | 'away';
}

/** The intent is committed: the INVITE may leave, once. */
export interface AttemptIntended {
  type: 'attempt.intended';
  at: Instant;
  attemptId: AttemptId;
  callId: CallId;
  agentId: AgentId;
  leaseUntil: Instant;
}

/** The call of an attempt is over, or is about to be. The first outcome that is told stands. */
export interface AttemptOver {
  type: 'attempt.over';
  at: Instant;
  callId: CallId;
  outcome: AttemptOutcome;
}

/** An attempt has its outcome; what it was for goes on from there. */
export interface AttemptEnded {
  type: 'attempt.ended';
  at: Instant;
  attemptId: AttemptId;
  subject: AttemptSubject;
  outcome: AttemptOutcome;
  /** He was dialled, or may have been: it counts as a try. */
  counts: boolean;
}

/** Attempts of a former life, or of another app, were closed; when the next lease ends, null without any. */
export interface AttemptsLost {
  type: 'attempts.lost';
  at: Instant;
  lost: readonly AttemptSnapshot[];
  nextAt: Instant | null;
}

/** A call back makes way: its person has rung himself, its promise is over, or nobody came for it. */
export interface CallBackCancelled {
  type: 'call-back.cancelled';
  at: Instant;
  callId: CallId;
}
