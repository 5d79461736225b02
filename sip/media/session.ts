/**
 * One call's media as the main thread knows it: which endpoints there are, who is bridged to whom,
 * what is being recorded. Commands are carried out one after the other; packets flow in the worker.
 */
import type { AgreedAudio } from '../sdp/negotiate';
import { MediaFailure } from './failure';
import { recordingPath } from './recording-path';
import type { OpenStream, Streams } from './streams';
import type { WorkerLink } from './worker-link';

export interface PlayOrder {
  play: string;
  prompts: string[];
  language: string;
  then: 'music' | 'silence';
}

export interface RecordOrder {
  recording: string;
  path: string;
  left: string;
  right: string;
}

interface LocalEndpoint {
  stream: OpenStream;
  /** Addresses and CIDRs of its senders, as told last; null for anywhere. */
  from: readonly string[] | null;
  bridgedTo: string | null;
}

interface LocalRecording {
  path: string;
  startedAt: number;
  paused: boolean;
}

/** What `session.list` shows of it. */
export interface SessionView {
  session: string;
  note: string;
  endpoints: { endpoint: string; bridgedTo: string | null }[];
  recordings: ({ recording: string } & LocalRecording)[];
}

export interface MediaSessionOptions {
  owner: string;
  id: string;
  link: WorkerLink;
  streams: Streams;
  /** A recording is to begin; the engine tells of its end. Resolves when it would outlive this edge. */
  onRecording: (recording: string, path: string) => Promise<void>;
  /** It could not begin after all. */
  onNotRecording: (recording: string) => void;
  /** An endpoint that closed had dropped packets of others: misrouted sound, or somebody injecting. */
  onStrangers: (endpoint: string, packets: number) => void;
}

export class MediaSession {
  readonly owner: string;
  readonly id: string;
  /** The worker that carries all of it. */
  readonly link: WorkerLink;
  note = '';
  private readonly endpoints = new Map<string, LocalEndpoint>();
  private readonly recordings = new Map<string, LocalRecording>();
  private tail: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: MediaSessionOptions) {
    this.owner = options.owner;
    this.id = options.id;
    this.link = options.link;
  }

  /** Open endpoints. */
  get streams(): number {
    return this.endpoints.size;
  }

  get isEmpty(): boolean {
    return this.endpoints.size === 0 && this.recordings.size === 0 && this.note === '';
  }

  view(): SessionView {
    return {
      session: this.id,
      note: this.note,
      endpoints: [...this.endpoints].map(([endpoint, { bridgedTo }]) => ({ endpoint, bridgedTo })),
      recordings: [...this.recordings].map(([recording, facts]) => ({ recording, ...facts })),
    };
  }

  isBridged(endpoint: string): boolean {
    return (this.endpoints.get(endpoint)?.bridgedTo ?? null) !== null;
  }

  /** Answers an offer; makes the endpoint when it is new. `from` stays as it is when not given. */
  answer(id: string, offer: string, from?: readonly string[]): Promise<string> {
    return this.inOrder(async () => {
      const isNew = !this.endpoints.has(id);
      const endpoint = this.endpoints.get(id) ?? (await this.open(id, offer));
      try {
        const { answer, agreed } = endpoint.stream.negotiation.answer(offer);
        if (from !== undefined) endpoint.from = from;
        await this.agree(endpoint, agreed);
        return answer;
      } catch (error) {
        if (isNew) await this.shut(id, endpoint);
        throw error;
      }
    });
  }

  /** Makes an offer, the codec of endpoint `like` first; makes the endpoint when it is new. */
  offer(id: string, like: string | undefined, from?: readonly string[]): Promise<string> {
    return this.inOrder(async () => {
      const endpoint = this.endpoints.get(id) ?? (await this.open(id, null));
      if (from !== undefined) endpoint.from = from;
      const other = like === undefined ? undefined : this.endpoints.get(like);
      return endpoint.stream.negotiation.offer(other?.stream.negotiation.codec ?? null);
    });
  }

  accept(id: string, answer: string): Promise<void> {
    return this.inOrder(async () => {
      const endpoint = this.find(id);
      await this.agree(endpoint, endpoint.stream.negotiation.accept(answer));
    });
  }

  play(id: string, order: PlayOrder): Promise<void> {
    return this.inOrder(async () => {
      await this.link.request('play', { endpoint: this.find(id).stream.key, ...order });
      this.forgetBridge(id);
    });
  }

  music(id: string): Promise<void> {
    return this.inOrder(async () => {
      await this.link.request('music', { endpoint: this.find(id).stream.key });
      this.forgetBridge(id);
    });
  }

  bridge(a: string, b: string): Promise<void> {
    return this.inOrder(async () => {
      if (a === b) throw new MediaFailure('bad-request', 'an endpoint with itself');
      const [first, second] = [this.find(a), this.find(b)];
      await this.link.request('bridge', { a: first.stream.key, b: second.stream.key });
      if (first.bridgedTo !== b) {
        this.forgetBridge(a);
        this.forgetBridge(b);
      }
      first.bridgedTo = b;
      second.bridgedTo = a;
    });
  }

  unbridge(a: string, b: string): Promise<void> {
    return this.inOrder(async () => {
      await this.link.request('unbridge', {
        a: this.find(a).stream.key,
        b: this.find(b).stream.key,
      });
      if (this.find(a).bridgedTo === b) this.forgetBridge(a);
    });
  }

  record(order: RecordOrder): Promise<void> {
    return this.inOrder(async () => {
      const { recording } = order;
      const path = recordingPath(order.path);
      const [left, right] = [this.find(order.left).stream.key, this.find(order.right).stream.key];
      if (this.recordings.has(recording)) {
        throw new MediaFailure('bad-request', `recording ${recording} runs already`);
      }
      await this.options.onRecording(recording, path);
      try {
        const begun = await this.link.request('record', { recording, path, left, right });
        this.recordings.set(recording, { path, startedAt: begun.startedAt, paused: false });
      } catch (error) {
        this.options.onNotRecording(recording);
        throw error;
      }
    });
  }

  /** Silence is written until it is resumed. Twice the same changes nothing. */
  pauseRecording(recording: string, paused: boolean): Promise<void> {
    return this.inOrder(async () => {
      const running = this.findRecording(recording);
      await this.link.request(paused ? 'pause-recording' : 'resume-recording', { recording });
      running.paused = paused;
    });
  }

  /** The file is told by the engine's `recorded` event. */
  stopRecording(recording: string): Promise<void> {
    return this.inOrder(async () => {
      this.findRecording(recording);
      await this.link.request('stop-recording', { recording });
    });
  }

  /** Recordings of the endpoint are finished, its bridge ends. One that is gone is closed already. */
  async closeEndpoint(id: string): Promise<void> {
    if (this.closed) return;
    await this.inOrder(async () => {
      const endpoint = this.endpoints.get(id);
      if (endpoint !== undefined) await this.shut(id, endpoint);
    });
  }

  close(): Promise<void> {
    return this.inOrder(async () => {
      this.closed = true;
      for (const [id, endpoint] of [...this.endpoints]) await this.shut(id, endpoint);
    });
  }

  /** The recording is told; it is not listed any more. */
  forgetRecording(recording: string): void {
    this.recordings.delete(recording);
  }

  /** The worker fell and took the sockets along: gives back what they held. */
  abandon(): void {
    this.closed = true;
    for (const { stream } of this.endpoints.values()) stream.release();
    this.endpoints.clear();
  }

  private async open(id: string, offer: string | null): Promise<LocalEndpoint> {
    const { owner, id: session } = this;
    const names = { owner, session, endpoint: id };
    const stream = await this.options.streams.open(this.link, names, offer);
    const endpoint: LocalEndpoint = { stream, from: null, bridgedTo: null };
    this.endpoints.set(id, endpoint);
    return endpoint;
  }

  private async agree({ stream, from }: LocalEndpoint, audio: AgreedAudio): Promise<void> {
    await this.link.request('agree', { endpoint: stream.key, audio, from });
  }

  private async shut(id: string, endpoint: LocalEndpoint): Promise<void> {
    this.forgetBridge(id);
    this.endpoints.delete(id);
    try {
      const { strangers } = await this.link.request('close', { endpoint: endpoint.stream.key });
      if (strangers > 0) this.options.onStrangers(id, strangers);
    } finally {
      // Also when the worker fell meanwhile: the socket is closed with it.
      endpoint.stream.release();
    }
  }

  private forgetBridge(id: string): void {
    const endpoint = this.endpoints.get(id);
    if (endpoint === undefined || endpoint.bridgedTo === null) return;
    const other = this.endpoints.get(endpoint.bridgedTo);
    if (other !== undefined) other.bridgedTo = null;
    endpoint.bridgedTo = null;
  }

  private find(id: string): LocalEndpoint {
    const endpoint = this.endpoints.get(id);
    if (endpoint === undefined) throw new MediaFailure('unknown-endpoint', id);
    return endpoint;
  }

  private findRecording(id: string): LocalRecording {
    const recording = this.recordings.get(id);
    if (recording === undefined) throw new MediaFailure('unknown-recording', id);
    return recording;
  }

  /** Commands of one call never overtake each other, whoever waits for which. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(() => {
      if (this.closed) throw new MediaFailure('unknown-session', this.id);
      return work();
    });
    this.tail = result.catch(() => undefined);
    return result;
  }
}
