/**
 * Carries out what the domain decided, each effect at the port it belongs to. It decides nothing
 * and answers nothing: what comes of an effect is an event.
 */
import type { Effect } from '../domain/effects';
import type { DomainEvent, Lookup } from '../domain/events';
import type { AttemptRefused, AttemptsLost } from '../domain/promise-events';
import { stands } from '../domain/promise/promise';
import type { JournalRecord } from '../domain/records';
import type { Instant, Millis } from '../domain/time';
import type {
  Acknowledged,
  Attempts,
  CallerLookup,
  Clock,
  Journal,
  Media,
  Pins,
  Push,
  Submit,
  Telephony,
} from './ports';

/** The world outside the engine. */
export interface World {
  telephony: Telephony;
  media: Media;
  journal: Journal;
  push: Push;
  clock: Clock;
  lookup: CallerLookup;
  pins: Pins;
  acknowledged: Acknowledged;
  attempts: Attempts;
}

/** The database answers in milliseconds, or is away. */
const ANSWER_MS: Millis = 2000;
const ASK_AGAIN_MS: Millis = 10_000;

/** All effects but `raise`, which stays inside the engine. */
export type OutwardEffect = Exclude<Effect, { type: 'raise' }>;

/** One flat list: effect, port, method. */
export class Performer {
  constructor(
    private readonly world: World,
    private readonly submit: Submit,
  ) {}

  perform(effect: OutwardEffect, at: Instant): void {
    const { telephony, media, clock } = this.world;
    switch (effect.type) {
      case 'leg.ring':
        return telephony.ring(effect.legId, effect.sound ?? false);
      case 'leg.answer':
        return telephony.answer(effect.legId);
      case 'leg.refuse':
        return telephony.refuse(effect.legId, effect.cause);
      case 'hotline.test':
        return telephony.test(effect.hotline, effect.language);
      case 'leg.dial':
        return telephony.dial(effect);
      case 'leg.hangup':
        return telephony.hangup(effect.legId, effect.cause);
      case 'leg.release':
        return telephony.release(effect.legId, effect.other);
      case 'nailed.dial':
        return telephony.nail(effect.agentId, effect.phoneId);
      case 'nailed.hangup':
        return telephony.unnail(effect.agentId, effect.cause);
      case 'leg.move':
        telephony.move(effect.legId, effect.to);
        return media.move(effect.callId, effect.legId, effect.to);
      case 'leg.note':
        return telephony.note(effect.legId, effect.note);
      case 'media.play':
        return media.play(effect);
      case 'media.music':
        return media.music(effect.callId, effect.legId);
      case 'media.hold':
        return media.hold(effect.callId, effect.legId, false);
      case 'media.bridge':
        return media.bridge(effect.callId, effect.a, effect.b);
      case 'media.mute':
        return media.mute(effect.callId, effect.legId, effect.muted);
      case 'media.press':
        return media.press(effect.callId, effect.legId, effect.keys);
      case 'media.keys':
        return media.keys(effect.callId, effect.legId, effect.relay);
      case 'media.unbridge':
        return media.unbridge(effect.callId, effect.a, effect.b);
      case 'media.join':
        return media.join(effect.callId, effect.legId, effect.on);
      case 'media.close':
        return media.close(effect.callId);
      case 'record.start':
        return media.startRecording(effect);
      case 'record.pause':
        return media.pauseRecording(effect.callId, effect.recordingId);
      case 'record.resume':
        return media.resumeRecording(effect.callId, effect.recordingId);
      case 'record.stop':
        return media.stopRecording(effect.callId, effect.recordingId);
      case 'timer.set':
        return clock.set(effect.timer, effect.at);
      case 'timer.clear':
        return clock.clear(effect.timer);
      case 'journal.write':
        return this.write(effect.record, at);
      case 'notify':
        return this.world.push.publish(effect.notice, at);
      case 'lookup.ask':
        return this.ask(effect);
      case 'attempt.claim':
        return this.claim(effect);
      case 'attempt.intend':
        return this.intend(effect);
      case 'attempts.close':
        return this.closeAttempts();
    }
  }

  /** An open promise is told to its caller once it is on disk, and not before. */
  private write(record: JournalRecord, at: Instant): void {
    if (record.kind !== 'promise.saved' || !stands(record.promise))
      return this.world.journal.append(at, record);
    const { callId, id: promiseId, number } = record.promise;
    this.world.journal.append(at, record, () =>
      this.submit({
        type: 'promise.written',
        at: this.world.clock.now(),
        callId,
        promiseId,
        number,
      }),
    );
  }

  private ask(effect: Extract<Effect, { type: 'lookup.ask' }>): void {
    const answer = (lookup: Lookup): void =>
      this.submit({
        type: 'lookup.completed',
        at: this.world.clock.now(),
        callId: effect.callId,
        lookup,
      });
    this.world.lookup
      .find(effect.storeId, effect.number, effect.placed)
      .then(answer, () => answer({ result: 'unavailable' }));
  }

  private claim({ attempt }: Extract<Effect, { type: 'attempt.claim' }>): void {
    const { id: attemptId, callId } = attempt;
    this.answered(this.world.attempts.claim(attempt), { attemptId, callId }, (at) => ({
      ...{ type: 'attempt.claimed', at, attempt },
    }));
  }

  private intend(effect: Extract<Effect, { type: 'attempt.intend' }>): void {
    const { attemptId, callId, agentId, leaseUntil } = effect;
    const said = { at: this.world.clock.now(), leaseUntil, agentId };
    this.answered(this.world.attempts.intend(attemptId, said), { attemptId, callId }, (at) => ({
      ...{ type: 'attempt.intended', at, attemptId, callId, agentId, leaseUntil },
    }));
  }

  /** What the database says of an attempt, or that it says nothing. */
  private answered(
    answer: Promise<boolean>,
    which: Pick<AttemptRefused, 'attemptId' | 'callId'>,
    fact: (at: Instant) => DomainEvent,
  ): void {
    const refused = (why: AttemptRefused['why']) =>
      this.submit({ type: 'attempt.refused', at: this.world.clock.now(), ...which, why });
    void within(ANSWER_MS, answer).then(
      (isOurs) => (isOurs ? this.submit(fact(this.world.clock.now())) : refused('taken')),
      () => refused('away'),
    );
  }

  private closeAttempts(): void {
    const { attempts, clock } = this.world;
    const told = (lost: Omit<AttemptsLost, 'type' | 'at'>) =>
      this.submit({ type: 'attempts.lost', at: clock.now(), ...lost });
    // Away: it is asked again.
    attempts
      .closeLost(clock.now())
      .then(told, () => told({ lost: [], nextAt: clock.now() + ASK_AGAIN_MS }));
  }
}

/** Rejects when that is too long. */
function within<T>(ms: Millis, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
