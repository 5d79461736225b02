/**
 * One leg's RTP: a socket, what its far side says (receiver.ts) and what it hears (sender.ts). Decides
 * which source the far side hears: others in a conversation, a sound of ours, or nothing. Exactly one at
 * a time, the latest command wins. A prompt can be mixed into what others say.
 *
 *     nothing -> play -> music | silence          any -> engaged -> silence (when the conversation ends)
 */
import { isUnspecified } from '../../sdp/address';
import type { AgreedAudio } from '../../sdp/negotiate';
import type { PlayEnd } from '../messages';
import { Keys, type PressListener } from './keys';
import { Link, type OnQuality } from './link';
import { Networks } from './networks';
import { Receiver, type PacketSink } from './receiver';
import { Sender } from './sender';
import type { Track } from './recorder-track';
import { NarrowSound, SILENCE, type Sound } from './sounds';

/** A play that is going on, and what is heard after it. */
export interface Play {
  id: string;
  sound: Sound;
  then: Sound;
  /** Keys of the far side that end it. */
  interrupt: string;
}

export type PlayEnded = (play: string, reason: PlayEnd) => void;

export class Endpoint {
  readonly sender = new Sender((packet, now) => this.socket.send(packet, now));
  readonly keys: Keys;
  private readonly receiver: Receiver;
  private sound: Sound | null = null;
  private play: Play | null = null;
  /** The sound of a play that is mixed into what others say. */
  private mixed: NarrowSound | null = null;
  private socket!: Link;

  private constructor(
    private readonly onPlayEnded: PlayEnded,
    onPress: PressListener['onPress'],
  ) {
    this.keys = new Keys({ onKey: (key) => this.onKey(key), onPress });
    this.receiver = new Receiver(this.keys);
  }

  /** Binds the port, 0 for any; rejects when it cannot. */
  static async open(
    bind: { address: string; port: number },
    onPlayEnded: PlayEnded,
    onQuality: OnQuality,
    onPress: PressListener['onPress'],
  ): Promise<Endpoint> {
    const endpoint = new Endpoint(onPlayEnded, onPress);
    endpoint.socket = await Link.open(bind, endpoint.receiver.receive, onQuality);
    return endpoint;
  }

  get port(): number {
    return this.socket.port;
  }

  /** Packets dropped because they are not the far side's. */
  get strangers(): number {
    return this.socket.strangers;
  }

  /** Those of them that were not made with its key. */
  get forged(): number {
    return this.socket.forged;
  }

  /**
   * True while each tick has something to do: something of its own to send, a play to bring to its end, or a key that is
   * down.
   */
  get ticks(): boolean {
    const { sound, play, keys, sender } = this;
    const isHeard = sound !== null && (sender.maySend || play !== null);
    return isHeard || keys.isDown || sender.presses.isActive || sender.fillsSilence;
  }

  /** What offer and answer agreed on, first or again; `from`: networks of its senders, if listed. */
  agree(audio: AgreedAudio, from: readonly string[] | null): void {
    this.socket.limit(from === null ? null : new Networks(from));
    this.socket.agree(audio.crypto);
    this.receiver.agree(audio);
    this.sender.agree(audio);
    // With 0.0.0.0 there is nowhere to send to; the known address stays.
    if (!isUnspecified(audio.remote.address)) this.socket.target(audio);
  }

  /** Recorded from now on. */
  record(track: Track): void {
    this.receiver.record(track);
  }

  /** The recording is over. */
  forget(track: Track): void {
    this.receiver.forget(track);
  }

  /** Plays once, then goes on with `then`; ends in `onPlayEnded`. */
  startPlay(play: Play): void {
    this.cutPlay();
    this.setSound(play.sound);
    this.setPlay(play);
  }

  /** Plays once into what others say: a mix asks for it (`nextPrompt`). There is no `then`. */
  startMixed(play: Play): void {
    this.cutPlay();
    // Who came while a mix was still warming has a sound of ours.
    if (this.sound !== null) this.setSound(SILENCE);
    this.setPlay(play);
    this.mixed = new NarrowSound(play.sound);
  }

  /** A play goes on that is mixed. */
  get hearsPrompt(): boolean {
    return this.mixed !== null;
  }

  /** Writes 20 ms of it, of 8 kHz; false when there is none (any more), and while keys are pressed. */
  nextPrompt(out: Int16Array): boolean {
    if (this.mixed === null || this.sender.presses.isActive) return false;
    if (this.mixed.samples(out)) return true;
    this.stopPlay('finished');
    return false;
  }

  /** A sound without an end. */
  hear(sound: Sound): void {
    this.cutPlay();
    this.setSound(sound);
  }

  /**
   * On hold with a sound without an end; unless `recorded`, what the far side says is in no recording. Any
   * other source ends it.
   */
  hold(sound: Sound, recorded: boolean): void {
    this.cutPlay();
    this.setSound(sound, recorded);
  }

  /** What the far side says is heard by nobody, whatever the endpoint does, until it is unmuted. */
  mute(muted: boolean): void {
    this.receiver.mute(muted);
  }

  /** Keys are wanted of the far side, and are passed on to those who hear it, or not. */
  wantKeys(relay: boolean): void {
    this.keys.wantedByApp = true;
    this.keys.relays = relay;
  }

  /** What the far side says goes there from now on; what it hears is not changed by this. */
  speakTo(sink: PacketSink | null): void {
    this.receiver.sink = sink;
  }

  /** What the far side hears comes through `sender` from others: any play is cut that is not mixed into it. */
  engage(): void {
    if (this.mixed === null) this.cutPlay();
    this.setSound(null);
  }

  /** Nobody hears the far side any more, and it hears silence: any play is cut. */
  disengage(): void {
    this.cutPlay();
    this.speakTo(null);
    this.setSound(SILENCE);
  }

  /** Sends one frame of its sound; `resumed` after frames were given up. */
  tick(now: number, resumed: boolean): void {
    if (this.keys.isDown) this.keys.tick(now);
    if (this.sender.sendPress(now)) return;
    if (this.sound === null) return this.sender.fillSilence(now);
    if (resumed) this.sender.changeSource();
    if (this.sender.sendSound(this.sound, now)) return;
    this.sound = this.endPlay('finished');
    this.sender.sendSound(this.sound, now);
  }

  close(): void {
    this.cutPlay();
    this.sender.presses.stop();
    this.sound = null;
    this.receiver.sink = null;
    this.socket.close();
  }

  /** The far side pressed a key, which is down still: it may end the play. */
  private onKey(key: string): void {
    if (this.play?.interrupt.includes(key) !== true) return;
    if (this.mixed === null) this.sound = this.endPlay('key');
    else this.stopPlay('key');
  }

  private setPlay(play: Play | null): void {
    this.play = play;
    this.mixed = null;
    this.keys.wantedByPlay = play !== null && play.interrupt !== '';
  }

  private setSound(sound: Sound | null, recorded = true): void {
    this.receiver.withhold(!recorded);
    this.sound = sound;
    this.sender.changeSource();
  }

  private cutPlay(): void {
    this.stopPlay('cut');
  }

  /** What is heard next. */
  private endPlay(reason: PlayEnd): Sound {
    const play = this.stopPlay(reason);
    if (play === null) return SILENCE;
    this.sender.changeSource();
    return play.then;
  }

  private stopPlay(reason: PlayEnd): Play | null {
    const { play } = this;
    if (play === null) return null;
    this.setPlay(null);
    this.onPlayEnded(play.id, reason);
    return play;
  }
}
