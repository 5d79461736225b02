/**
 * One call's media as the main thread knows it: its endpoints (session-endpoints.ts), who is bridged to whom
 * (session-talks.ts), and what is being recorded (session-recordings.ts). Commands are carried out one after
 * the other; packets flow in the worker.
 */
import { MediaFailure } from './failure';
import { OrderQueue } from './order-queue';
import type { Rest } from './rest';
import type {
  EndpointView,
  MediaSessionOptions,
  OfferOrder,
  PlayOrder,
  SessionView,
  StreamOrder,
} from './session-orders';
import { SessionEndpoints } from './session-endpoints';
import { SessionRecordings, type RecordOrder } from './session-recordings';
import { SessionTalks } from './session-talks';
import type { OpenStream } from './streams';
import type { MonitorMode, Monitoring } from './talk';
import type { WorkerEvent, WorkerLink } from './worker-link';

type Unnamed<K extends WorkerEvent['kind']> = Omit<Extract<WorkerEvent, { kind: K }>, 'endpoint'>;

export class MediaSession {
  readonly owner: string;
  readonly id: string;
  /** The worker that carries all of it. */
  readonly link: WorkerLink;
  note = '';
  private readonly endpoints: SessionEndpoints;
  private readonly talks = new SessionTalks();
  private readonly recordings: SessionRecordings;
  private readonly orders = new OrderQueue();
  private closed = false;

  constructor(private readonly options: MediaSessionOptions) {
    this.owner = options.owner;
    this.id = options.id;
    this.link = options.link;
    this.endpoints = new SessionEndpoints(options, (id) => this.talks.leave(id));
    this.recordings = new SessionRecordings(options, (id) => this.endpoints.awake(id));
  }

  /** Open endpoints. */
  get streams(): number {
    return this.endpoints.size;
  }

  /** Nothing is in it, and nothing is about to be. */
  get isEmpty(): boolean {
    if (!this.orders.isIdle) return false;
    return this.endpoints.size === 0 && this.recordings.isEmpty && this.note === '';
  }

  view(): SessionView {
    return {
      session: this.id,
      note: this.note,
      endpoints: this.endpoints.all().map(([id, stream]) => this.viewOf(id, stream)),
      recordings: this.recordings.views(),
    };
  }

  /** True for parties of a conversation and for those who monitor one. */
  isBridged(endpoint: string): boolean {
    return this.talks.isIn(endpoint);
  }

  /** Answers an offer; makes the endpoint when it is new. `from` stays as it is when not given. */
  answer(id: string, offer: string, order: StreamOrder = {}): Promise<string> {
    return this.inOrder(() => this.endpoints.answer(id, offer, order));
  }

  /** Makes an offer; makes the endpoint when it is new. */
  offer(id: string, order: OfferOrder = {}): Promise<string> {
    return this.inOrder(() => this.endpoints.offer(id, order));
  }

  accept(id: string, answer: string): Promise<void> {
    return this.inOrder(() => this.endpoints.accept(id, answer));
  }

  /** Out of any talk, unless it is mixed into what is heard of one. */
  play(id: string, order: PlayOrder): Promise<void> {
    const { play, then, interrupt = '', mixed = false, ...wanted } = order;
    return this.inOrder(async () => {
      const stream = this.find(id);
      const clips = this.options.choosePrompts(wanted);
      if (stream.rest !== null) return this.passOver(stream, stream.rest, order);
      const endpoint = stream.key;
      await this.link.request('play', { endpoint, play, clips, then, interrupt, mixed });
      if (!mixed) this.talks.leave(id);
    });
  }

  music(id: string): Promise<void> {
    return this.inOrder(async () => {
      await this.endpoints.order(id, 'music', {});
      this.talks.leave(id);
    });
  }

  /** Keys of it are wanted; `relay`: those who hear it get them as well. */
  keys(id: string, relay: boolean): Promise<void> {
    return this.inOrder(() => this.endpoints.order(id, 'keys', { relay }));
  }

  /** Music, out of any talk. Unless `record`, what its far side says is in no recording meanwhile. */
  hold(id: string, record: boolean): Promise<void> {
    return this.inOrder(async () => {
      await this.endpoints.order(id, 'hold', { record });
      this.talks.leave(id);
    });
  }

  /** Whether what its far side says is silence to all, and in recordings; its keys are pressed all the same. */
  mute(id: string, muted: boolean): Promise<void> {
    return this.inOrder(() => this.endpoints.order(id, 'mute', { muted }));
  }

  /** Sends keys to its far side, behind those that are still to be sent. */
  press(id: string, keys: string): Promise<void> {
    return this.inOrder(async () => {
      const { key, rest } = this.find(id);
      if (rest === null) await this.link.request('press', { endpoint: key, keys });
    });
  }

  /** Its far side told by SIP INFO that it pressed a key. */
  pressed(id: string, press: { key: string; durationMs: number }): Promise<void> {
    return this.inOrder(async () => {
      const stream = this.find(id);
      if (stream.rest !== null) this.tellSoon(stream, { kind: 'key', ...press });
      else await this.link.request('pressed', { endpoint: stream.key, ...press });
    });
  }

  bridge(a: string, b: string): Promise<void> {
    return this.inOrder(async () => {
      if (a === b) throw new MediaFailure('bad-request', 'an endpoint with itself');
      await this.link.request('bridge', { a: await this.awake(a), b: await this.awake(b) });
      this.talks.bridge(a, b);
    });
  }

  unbridge(a: string, b: string): Promise<void> {
    return this.inOrder(async () => {
      await this.link.request('unbridge', { a: this.find(a).key, b: this.find(b).key });
      this.talks.unbridge(a, b);
    });
  }

  /** A third party, equal to the others, in the conversation of `on`. */
  confer(id: string, on: string): Promise<void> {
    return this.inOrder(async () => {
      await this.link.request('confer', { endpoint: await this.awake(id), on: this.find(on).key });
      this.talks.confer(id, on);
    });
  }

  /** Attends `on` in its conversation. */
  monitor(id: string, { on, mode }: Monitoring<string>): Promise<void> {
    return this.inOrder(async () => {
      const keys = { endpoint: await this.awake(id), on: this.find(on).key };
      await this.link.request('monitor', { ...keys, mode });
      this.talks.monitor(id, on, mode);
    });
  }

  changeMonitor(id: string, mode: MonitorMode): Promise<void> {
    return this.inOrder(async () => {
      await this.link.request('change-monitor', { endpoint: this.find(id).key, mode });
      this.talks.change(id, mode);
    });
  }

  /** Out of its talk, in which two parties who are left talk on. Nothing when it is no party. */
  leaveConference(id: string): Promise<void> {
    return this.inOrder(() => this.leave(id, this.talks.partnerOf(id) !== null));
  }

  /** Nothing when it monitors nobody. */
  stopMonitoring(id: string): Promise<void> {
    return this.inOrder(() => this.leave(id, this.talks.monitoring(id) !== null));
  }

  /** Takes an endpoint of another call over, in the same worker: its stream goes on, out of any talk. */
  takeOver(id: string, other: MediaSession): Promise<void> {
    return this.inOrder(() =>
      other.inOrder(async () => {
        if (other.link !== this.link) throw new MediaFailure('bad-request', 'of another worker');
        if (this.endpoints.has(id)) throw new MediaFailure('bad-request', `${id} is here already`);
        await other.leave(id, other.talks.isIn(id));
        this.endpoints.take(id, other.endpoints.give(id));
      }),
    );
  }

  record(order: RecordOrder): Promise<void> {
    return this.inOrder(() => this.recordings.start(order));
  }

  pauseRecording(recording: string, paused: boolean): Promise<void> {
    return this.inOrder(() => this.recordings.pause(recording, paused));
  }

  stopRecording(recording: string): Promise<void> {
    return this.inOrder(() => this.recordings.stop(recording));
  }

  /** Recordings of the endpoint are finished, its bridge ends. One that is gone is closed already. */
  async closeEndpoint(id: string): Promise<void> {
    if (this.closed) return;
    await this.inOrder(async () => {
      if (!this.endpoints.has(id)) return;
      await this.endpoints.close(id);
      this.recordings.leave(id);
    });
  }

  close(): Promise<void> {
    return this.inOrder(async () => {
      this.closed = true;
      await Promise.all(this.endpoints.all().map(([id]) => this.endpoints.close(id)));
    });
  }

  /** The recording is told; it is not listed any more. */
  forgetRecording(recording: string): void {
    this.recordings.forget(recording);
  }

  /** The worker fell and took the sockets along: gives back what they held. */
  abandon(): void {
    this.closed = true;
    this.endpoints.abandon();
  }

  /** Nobody hears it, and whoever waits for its end goes on. */
  private passOver(stream: OpenStream, rest: Rest, { play, then, mixed = false }: PlayOrder): void {
    if (mixed) throw new MediaFailure('bad-request', 'it talks with nobody');
    rest.skipPlay(then);
    this.tellSoon(stream, { kind: 'play-ended', play, reason: 'cut' });
  }

  /** When what was ordered is answered; by then it may have another key. */
  private tellSoon(stream: OpenStream, event: Unnamed<'play-ended'> | Unnamed<'key'>): void {
    setImmediate(() => this.options.tell({ ...event, endpoint: stream.key }));
  }

  private async leave(id: string, isIn: boolean): Promise<void> {
    const { key } = this.find(id);
    if (!isIn) return;
    await this.link.request('leave', { endpoint: key });
    this.talks.leave(id);
  }

  private viewOf(endpoint: string, { negotiation }: OpenStream): EndpointView {
    const monitoring = this.talks.monitoring(endpoint);
    return {
      endpoint,
      bridgedTo: this.talks.partnerOf(endpoint),
      ...(negotiation.isHeld ? { holds: true } : {}),
      ...(monitoring === null ? {} : { monitoring }),
    };
  }

  private async awake(id: string): Promise<string> {
    return (await this.endpoints.awake(id)).key;
  }

  private find(id: string): OpenStream {
    return this.endpoints.find(id);
  }

  /** Throws `unknown-session` for what was to be done when it was closed. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    return this.orders.run(() => {
      if (this.closed) throw new MediaFailure('unknown-session', this.id);
      return work();
    });
  }
}
