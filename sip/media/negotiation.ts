/**
 * Our side of one endpoint's offers and answers: the same `o=` session id for its life, the version
 * one higher with each description sent (RFC 3264 §8).
 */
import { randomInt } from 'node:crypto';
import type { Codec } from '../sdp/audio';
import { SdpError } from '../sdp/errors';
import { answerOffer, makeOffer, readAnswer, type AgreedAudio } from '../sdp/negotiate';
import { MediaFailure } from './failure';

/** Which address of ours descriptions name. */
export interface Advertised {
  /** In an offer, when nothing is known of the far side yet. */
  first: string;
  /** In an answer, by the address that the offer names. */
  to(peer: string): string;
}

export class Negotiation {
  private readonly sessionId = String(randomInt(2 ** 47));
  private version = 0;
  private agreed: AgreedAudio | null = null;

  private address: string;

  constructor(
    private readonly advertised: Advertised,
    private readonly port: number,
  ) {
    this.address = advertised.first;
  }

  /** The agreed codec, null before the first agreement. */
  get codec(): Codec | null {
    return this.agreed?.codec ?? null;
  }

  /** Throws `MediaFailure` `no-codec` or `bad-sdp`; then nothing has changed. */
  answer(offer: string): { answer: string; agreed: AgreedAudio } {
    const result = withCode(() => {
      const address = this.advertised.to(readAnswer(offer).remote.address);
      return { ...answerOffer(offer, { ...this.local(this.version + 1), address }), address };
    });
    this.address = result.address;
    this.version += 1;
    this.agreed = result.agreed;
    return { answer: result.answer, agreed: result.agreed };
  }

  offer(prefer: Codec | null): string {
    this.version += 1;
    return makeOffer(this.local(this.version), prefer ?? undefined);
  }

  /** The answer to our offer; throws like `answer`. */
  accept(answer: string): AgreedAudio {
    this.agreed = withCode(() => readAnswer(answer));
    return this.agreed;
  }

  private local(version: number) {
    return { sessionId: this.sessionId, version, address: this.address, port: this.port };
  }
}

function withCode<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SdpError) throw new MediaFailure(error.code, error.message);
    throw error;
  }
}
