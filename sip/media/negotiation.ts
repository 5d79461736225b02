/**
 * Our side of one endpoint's offers and answers: the same `o=` session id for its life, the version
 * one higher with each description sent (RFC 3264 §8).
 */
import { randomInt } from 'node:crypto';
import type { Codec } from '../sdp/audio';
import { SdpError } from '../sdp/errors';
import { answerOffer, makeOffer, readAnswer, type AgreedAudio } from '../sdp/negotiate';
import { MediaFailure } from './failure';

export class Negotiation {
  private readonly sessionId = String(randomInt(2 ** 47));
  private version = 0;
  private agreed: AgreedAudio | null = null;

  constructor(
    private readonly address: string,
    private readonly port: number,
  ) {}

  /** The agreed codec, null before the first agreement. */
  get codec(): Codec | null {
    return this.agreed?.codec ?? null;
  }

  /** Throws `MediaFailure` `no-codec` or `bad-sdp`; then nothing has changed. */
  answer(offer: string): { answer: string; agreed: AgreedAudio } {
    const result = withCode(() => answerOffer(offer, this.local(this.version + 1)));
    this.version += 1;
    this.agreed = result.agreed;
    return result;
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
