/**
 * Our side of one endpoint's offers and answers: the same `o=` session id and address for its life, the
 * version one higher with each new description sent (RFC 3264 §8), the same answer to the same offer.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { familyOf, isUnspecified } from '../sdp/address';
import { PLAIN_G711, type Capabilities, type Codec } from '../sdp/codecs';
import { KEY_BYTES, type SuiteKey } from '../sdp/crypto';
import { SdpError } from '../sdp/errors';
import {
  addressOffered,
  answerOffer,
  readAnswer,
  type AgreedAudio,
  type LocalAudio,
  type Standing,
} from '../sdp/negotiate';
import { makeOffer } from '../sdp/own-offer';
import { MediaFailure } from './failure';

/** Which address of ours descriptions name. */
export interface Advertised {
  /** In an offer, when nothing is known of the far side yet. */
  first: string;
  /** In an answer, by the address that the offer names; null when we have none of its family. */
  to(peer: string): string | null;
}

/** The last exchange, by the text of the far side's half of it. */
interface Settled {
  theirs: string;
  /** Our answer to it; empty when theirs was the answer. */
  ours: string;
  agreed: AgreedAudio;
}

/** The address that an offer's stream is to be sent to; throws like `Negotiation.answer`. */
export function peerOf(offer: string, can: Capabilities): string {
  return withCode(() => addressOffered(offer, can)) ?? '';
}

export class Negotiation {
  private readonly sessionId = String(randomInt(2 ** 47));
  /** For the life of the stream, whose packet counters go on as well. */
  private readonly keys: readonly SuiteKey[];
  private version = 0;
  /** Our last offer demands encryption. */
  private secure = false;
  private standing: Standing | null = null;
  private settled: Settled | null = null;
  private address: string;
  /** The address in our first description. */
  private origin: string | null = null;

  private port: number;
  private readonly can: Capabilities;
  private readonly longPackets: boolean;

  /** `longPackets`: as long as the far side takes them, both ways; its sound is none that matters. */
  constructor(
    private readonly advertised: Advertised,
    stream: { port: number; can?: Capabilities; address?: string; longPackets?: boolean },
  ) {
    this.port = stream.port;
    this.can = stream.can ?? PLAIN_G711;
    this.longPackets = stream.longPackets ?? false;
    this.address = stream.address ?? advertised.first;
    this.keys = this.can.suites.map((suite) => ({
      suite,
      key: randomBytes(KEY_BYTES[suite]).toString('base64'),
    }));
  }

  /** The agreed codec, null before the first agreement. */
  get codec(): Codec | null {
    return this.standing?.agreed.codec ?? null;
  }

  /** The last agreement, null before the first. */
  get agreed(): AgreedAudio | null {
    return this.standing?.agreed ?? null;
  }

  /** Our port is another one from now on, which the next description says (RFC 3264 §8.3.1). */
  moveTo(port: number): void {
    this.port = port;
    this.settled = null;
  }

  /** The far side listens no more. False before the first agreement. */
  get isHeld(): boolean {
    const direction = this.standing?.agreed.direction;
    return direction === 'recvonly' || direction === 'inactive';
  }

  /**
   * A copy of the offer before, as a refresh or the INVITE of a later app brings it, gets the answer
   * that it got. Throws `MediaFailure` `no-codec` or `bad-sdp`; then nothing has changed.
   */
  answer(offer: string): { answer: string; agreed: AgreedAudio } {
    if (this.settled?.theirs === offer && this.settled.ours !== '') {
      return { answer: this.settled.ours, agreed: this.settled.agreed };
    }
    const { address, answer, ...standing } = withCode(() => {
      const ours = this.addressFor(addressOffered(offer, this.can, this.standing));
      const local = { ...this.local(this.version + 1), address: ours };
      return { ...answerOffer(offer, local, this.standing), address: ours };
    });
    this.address = address;
    this.describedFrom(address);
    this.settle(standing, { theirs: offer, ours: answer });
    return { answer, agreed: standing.agreed };
  }

  /**
   * Our offer; `prefer` stands first in it. `secure`: it demands encryption (RTP/SAVP), or has none; as it is
   * when not given. Throws `MediaFailure` `no-codec` when we cannot encrypt.
   */
  offer(prefer: Codec | null, secure = this.isEncrypted): string {
    if (secure && this.keys.length === 0) throw new MediaFailure('no-codec', 'no suite for SRTP');
    this.secure = secure;
    this.settled = null;
    this.describedFrom(this.address);
    return makeOffer(this.local(this.version), prefer ?? undefined, this.standing);
  }

  /**
   * The answer to our offer; throws like `answer`. The same in a 183 and in the 200 is one answer; another
   * comes from another phone to which the offer was forked, and counts from then on (RFC 3261 §13.2.2.4).
   */
  accept(answer: string): AgreedAudio {
    if (this.settled?.theirs === answer) return this.settled.agreed;
    const standing = withCode(() => {
      const read = readAnswer(answer, this.local(this.version), this.standing);
      this.addressFor(read.agreed.remote.address);
      return read;
    });
    this.settle(standing, { theirs: answer, ours: '' });
    return standing.agreed;
  }

  private get isEncrypted(): boolean {
    return this.standing?.agreed.crypto !== undefined;
  }

  private settle(standing: Standing, texts: { theirs: string; ours: string }): void {
    this.standing = standing;
    this.settled = { ...texts, agreed: standing.agreed };
  }

  private describedFrom(address: string): void {
    this.version += 1;
    this.origin ??= address;
  }

  /** The address of ours for that peer, of the family that our socket has. */
  private addressFor(peer: string | null): string {
    // On hold in the manner of RFC 2543 the far side names no network: ours stays.
    if (peer === null || isUnspecified(peer)) return this.address;
    const ours = this.advertised.to(peer);
    if (ours === null || familyOf(ours) !== familyOf(this.address)) {
      throw new SdpError('bad-sdp', `this stream has no address for ${peer}`);
    }
    return ours;
  }

  private local(version: number): LocalAudio {
    const { sessionId, address, origin, port, can, keys, secure, longPackets } = this;
    return {
      ...{ sessionId, version, address, port, can, keys, secure, longPackets },
      ...(origin === null ? {} : { origin }),
    };
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
