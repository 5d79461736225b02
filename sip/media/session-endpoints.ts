/**
 * The endpoints of one call: what was offered and agreed for each, from the first description of it until
 * its stream is closed.
 */
import type { AgreedAudio } from '../sdp/negotiate';
import { MediaFailure } from './failure';
import type { MediaSessionOptions, OfferOrder, StreamOrder } from './session-orders';
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

  /** Makes the endpoint when it is new. `from` stays as it is when not given. */
  answer(id: string, offer: string, { from, purpose }: StreamOrder = {}): Promise<string> {
    return this.opened(id, { offer, purpose }, async (stream) => {
      const { answer, agreed } = stream.negotiation.answer(offer);
      if (from !== undefined) this.senders.set(id, from);
      await this.agree(id, stream, agreed);
      return answer;
    });
  }

  /** Makes the endpoint when it is new. */
  offer(id: string, { like, from, secure, purpose }: OfferOrder): Promise<string> {
    return this.opened(id, { offer: null, purpose }, ({ negotiation }) => {
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
    const stream = await streams.open(link, { owner, session, endpoint: id }, { offer, purpose });
    this.open.set(id, stream);
    return stream;
  }

  private async agree(id: string, { key }: OpenStream, audio: AgreedAudio): Promise<void> {
    const from = this.senders.get(id) ?? null;
    await this.options.link.request('agree', { endpoint: key, audio, from });
  }

  private async shut(id: string, stream: OpenStream): Promise<void> {
    this.leaves(id);
    this.open.delete(id);
    this.senders.delete(id);
    try {
      const dropped = await this.options.link.request('close', { endpoint: stream.key });
      if (dropped.strangers > 0) this.options.onDropped(id, dropped);
    } finally {
      // Also when the worker fell meanwhile: the socket is closed with it.
      stream.release();
    }
  }
}
