import { randomBytes } from 'node:crypto';
import type { SrtpSuite } from '../../sip/rtp/srtp/key-derivation';
import { SrtpReceiver } from '../../sip/rtp/srtp/receiver';
import { SrtpSender } from '../../sip/rtp/srtp/sender';

/** SRTP of a phone, keyed by the descriptions that it sends and gets (RFC 4568). */
export class Sdes {
  /** What it would not let through. */
  readonly refused = { forged: 0, repeated: 0 };
  private readonly key: string;
  private readonly sender: SrtpSender;
  private receiver: SrtpReceiver | null = null;

  constructor(readonly suite: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80') {
    this.key = randomBytes(suite === 'AEAD_AES_128_GCM' ? 28 : 30).toString('base64');
    this.sender = new SrtpSender({ suite, key: this.key, mkiBytes: 0 });
  }

  /** Its line of a description: an offer's, or the answer to that one of the offer with its suite. */
  line(offer?: string): string {
    const tag = offer === undefined ? 1 : this.find(offer).tag;
    return `a=crypto:${tag} ${this.suite} inline:${this.key}`;
  }

  /** Takes the far side's key from its description. */
  learn(description: string): void {
    const { key } = this.find(description);
    this.receiver = new SrtpReceiver({ suite: this.suite, key, mkiBytes: 0 }, this.refused);
  }

  seal(packet: Buffer): Buffer {
    const sealed = this.sender.rtp(packet);
    if (sealed === null) throw new Error('a number was used twice');
    // The socket may read it when the next one is written.
    return Buffer.from(sealed);
  }

  open(packet: Buffer): Buffer | null {
    return this.receiver?.rtp(packet) ?? null;
  }

  private find(description: string): { tag: string; key: string } {
    const lines = [...description.matchAll(/^a=crypto:(\d+) (\S+) inline:([^\s|]+)/gm)];
    const [, tag, , key] = lines.find(([, , suite]) => suite === this.suite) ?? [];
    if (tag === undefined || key === undefined) throw new Error(`no ${this.suite}`);
    return { tag, key };
  }
}
