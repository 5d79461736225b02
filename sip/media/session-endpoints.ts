/**
 * The endpoints of one call: what was offered and agreed for each, from the first description of it until
 * its stream is closed.
 */
import type { AgreedAudio } from '../sdp/negotiate';
import { standsStill } from '../sdp/hold';
import { MediaFailure } from './failure';
import type { KeptOrder, OrderParams } from './rest';
import type { MediaSessionOptions, OfferOrder, StreamOrder } from './session-orders';
import type { WorkerRequests } from './messages';
import type { StreamPurpose } from './stream-places';
import type { OpenStream } from './streams';

/** An endpoint on its way from one call to another. */
export interface GivenEndpoint {
  stream: OpenStream;
  from: readonly string[] | undefined;
}

/** For whom a stream is made. */
interface Wanted {
  offer: string | null;
  purpose: StreamPurpose | undefined;
}

export class SessionEndpoints {
  private readonly open = new Map<string, OpenStream>();
  /** Addresses and CIDRs of each endpoint's senders, as told last; without an entry anywhere. */
  private readonly senders = new Map<string, readonly string[]>();

  /** `leaves` is told of each before it is closed. */
  constructor(
    private readonly options: MediaSessionOptions,
    private readonly leaves: (id: string) => void,
  ) {}

  get size(): number {
    return this.open.size;
  }

  has(id: string): boolean {
    return this.open.has(id);
  }

  /** As they are now: what is closed meanwhile stays in. */
  all(): [id: string, stream: OpenStream][] {
    return [...this.open];
  }

  /** Throws `unknown-endpoint`. */
  find(id: string): OpenStream {
    const stream = this.open.get(id);
    if (stream === undefined) throw new MediaFailure('unknown-endpoint', id);
    return stream;
  }

  /** In the worker, which a stream at rest enters by this: somebody is about to talk with it. Throws like `find`. */
  async awake(id: string): Promise<OpenStream> {
    const stream = this.find(id);
    if (stream.rest !== null) await this.wake(id, stream, 'begun');
    return stream;
  }

  /** Has that done in the worker; of a stream at rest, when it is needed. Throws like `find`. */
  async order<N extends KeptOrder>(id: string, name: N, params: OrderParams<N>): Promise<void> {
    const { key, rest } = this.find(id);
    if (rest !== null) rest.keep(name, params);
    else await this.request(key, name, params);
  }

  /**
   * Makes the endpoint when it is new, at rest where its far side wants no packets. `from` stays as it is when not
   * given. Rejects with `capacity` when it rested, goes on, and there is no stream for it: it rests on.
   */
  answer(id: string, offer: string, { from, purpose }: StreamOrder = {}): Promise<string> {
    return this.opened(id, { offer, purpose }, async (stream) => {
      if (stream.rest !== null && !standsStill(offer)) await this.goOn(id, stream);
      const { answer, agreed } = stream.negotiation.answer(offer);
      if (from !== undefined) this.senders.set(id, from);
      await this.agree(id, stream, agreed);
      return answer;
    });
  }

  /** Makes the endpoint when it is new. */
  offer(id: string, { like, from, secure, purpose }: OfferOrder): Promise<string> {
    return this.opened(id, { offer: null, purpose }, async (stream) => {
      const { negotiation, rest } = stream;
      if (rest !== null) await this.goOn(id, stream);
      const other = like === undefined ? undefined : this.open.get(like);
      const offer = negotiation.offer(other?.negotiation.codec ?? null, secure);
      if (from !== undefined) this.senders.set(id, from);
      return offer;
    });
  }

  async accept(id: string, answer: string): Promise<void> {
    const stream = this.find(id);
    await this.agree(id, stream, stream.negotiation.accept(answer));
  }

  /** Out of this call, with its stream as it is. Throws `unknown-endpoint`. */
  give(id: string): GivenEndpoint {
    const stream = this.find(id);
    const from = this.senders.get(id);
    this.leaves(id);
    this.open.delete(id);
    this.senders.delete(id);
    return { stream, from };
  }

  /** One that another call gave. */
  take(id: string, { stream, from }: GivenEndpoint): void {
    const { owner, id: session, streams } = this.options;
    streams.pass(stream.key, { owner, session, endpoint: id });
    this.open.set(id, stream);
    if (from !== undefined) this.senders.set(id, from);
  }

  /** One that is gone is closed already. */
  async close(id: string): Promise<void> {
    const stream = this.open.get(id);
    if (stream !== undefined) await this.shut(id, stream);
  }

  /** The worker fell and took the sockets along: gives back what they held. */
  abandon(): void {
    for (const stream of this.open.values()) stream.release();
    this.open.clear();
  }

  /** One that is new is not kept when `work` fails. */
  private async opened<T>(
    id: string,
    wanted: Wanted,
    work: (stream: OpenStream) => T | Promise<T>,
  ): Promise<T> {
    const known = this.open.get(id);
    const stream = known ?? (await this.make(id, wanted));
    try {
      return await work(stream);
    } catch (error) {
      if (known === undefined) await this.shut(id, stream);
      throw error;
    }
  }

  private async make(id: string, { offer, purpose = 'talk' }: Wanted): Promise<OpenStream> {
    const { owner, id: session, link, streams } = this.options;
    const whose = { owner, session, endpoint: id };
    // Who is only to be told something has nothing to wait for.
    const rests = offer !== null && purpose !== 'announcement' && standsStill(offer);
    const stream = rests
      ? await streams.rest(link, whose, offer)
      : await streams.open(link, whose, { offer, purpose });
    this.open.set(id, stream);
    return stream;
  }

  /** Its far side wants packets, and has them if somebody is there for it. Else a worker that is behind has none to give. */
  private async goOn(id: string, stream: OpenStream): Promise<void> {
    const isAlone = [...this.open.values()].every((one) => one === stream || one.rest !== null);
    if (!isAlone) return this.wake(id, stream, 'begun');
    if (this.options.link.isBehind)
      throw new MediaFailure('capacity', 'the media worker is behind');
    await this.wake(id, stream, 'caller');
  }

  private async wake(
    id: string,
    stream: OpenStream,
    purpose: StreamPurpose | 'begun',
  ): Promise<void> {
    const owed = stream.rest?.owed ?? [];
    await stream.begin(purpose);
    const { agreed } = stream.negotiation;
    if (agreed !== null) await this.agree(id, stream, agreed);
    for (const { name, params } of owed) await this.request(stream.key, name, params);
  }

  private async request<N extends KeptOrder>(
    endpoint: string,
    name: N,
    params: OrderParams<N>,
  ): Promise<void> {
    const whole = { endpoint, ...params } as WorkerRequests[N]['params'];
    await this.options.link.request(name, whole);
  }

  private async agree(id: string, { key, rest }: OpenStream, audio: AgreedAudio): Promise<void> {
    if (rest !== null) return;
    const from = this.senders.get(id) ?? null;
    await this.options.link.request('agree', { endpoint: key, audio, from });
  }

  private async shut(id: string, stream: OpenStream): Promise<void> {
    this.leaves(id);
    this.open.delete(id);
    this.senders.delete(id);
    if (stream.rest !== null) return stream.release();
    try {
      const dropped = await this.options.link.request('close', { endpoint: stream.key });
      if (dropped.strangers > 0) this.options.onDropped(id, dropped);
    } finally {
      // Also when the worker fell meanwhile: the socket is closed with it.
      stream.release();
    }
  }
}
