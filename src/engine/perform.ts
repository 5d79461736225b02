/**
 * Carries out what the domain decided, each effect at the port it belongs to. It decides nothing
 * and answers nothing: what comes of an effect is an event.
 */
import type { Effect } from '../domain/effects';
import type { Lookup } from '../domain/events';
import { stands } from '../domain/promise/promise';
import type { JournalRecord } from '../domain/records';
import type { Instant } from '../domain/time';
import type { CallerLookup, Clock, Journal, Media, Pins, Push, Submit, Telephony } from './ports';

/** The world outside the engine. */
export interface World {
  telephony: Telephony;
  media: Media;
  journal: Journal;
  push: Push;
  clock: Clock;
  lookup: CallerLookup;
  pins: Pins;
}

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
    }
  }

  /** An open promise is told to its caller once it is on disk, and not before. */
  private write(record: JournalRecord, at: Instant): void {
    if (record.kind !== 'promise.saved' || !stands(record.promise))
      return this.world.journal.append(at, record);
    const { callId, id: promiseId } = record.promise;
    this.world.journal.append(at, record, () =>
      this.submit({
        type: 'promise.written',
        at: this.world.clock.now(),
        callId,
        promiseId,
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
}
