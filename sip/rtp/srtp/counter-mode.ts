/**
 * AES_CM_128_HMAC_SHA1_80 and _32 (RFC 3711 §4.1.1, §4.2.1). The key stream is made by one AES object for
 * the whole life of the key, from blocks that are counted here: a cipher of its own for each packet costs
 * more than twice as much.
 */
import { createCipheriv, createHmac } from 'node:crypto';
import { sequenceOf, ssrcOf } from '../packet';
import type { DerivedKeys, SessionKeys } from './key-derivation';
import { ENCRYPTED, RTCP_HEADER, type Transform } from './transform';

/** RTCP has the long tag with either suite (RFC 4568 §6.2.2). */
const RTCP_TAG = 10;
const INDEX_BYTES = 4;

export class CounterMode implements Transform {
  private readonly rtp: KeyStream;
  private readonly rtcp: KeyStream;
  private readonly counter = Buffer.alloc(4);

  /** `tagBytes`: of RTP, 10 or 4. */
  constructor(
    private readonly keys: DerivedKeys,
    private readonly tagBytes: number,
    private readonly mkiBytes: number,
  ) {
    this.rtp = new KeyStream(keys.rtp);
    this.rtcp = new KeyStream(keys.rtcp);
  }

  sealRtp(bytes: Buffer, start: number, end: number, rollover: number): number {
    this.rtp.apply(bytes, start, end, ssrcOf(bytes), rollover, sequenceOf(bytes));
    this.rtpTag(bytes, end, rollover).copy(bytes, end, 0, this.tagBytes);
    return end + this.tagBytes;
  }

  openRtp(bytes: Buffer, start: number, rollover: number): number {
    const end = bytes.length - this.tagBytes - this.mkiBytes;
    if (end < start) return -1;
    const tag = this.rtpTag(bytes, end, rollover);
    if (!isTag(tag, bytes, this.tagBytes)) return -1;
    this.rtp.apply(bytes, start, end, ssrcOf(bytes), rollover, sequenceOf(bytes));
    return end;
  }

  sealRtcp(bytes: Buffer, end: number, index: number): number {
    this.applyToRtcp(bytes, end, index);
    bytes.writeUInt32BE((ENCRYPTED | index) >>> 0, end);
    this.rtcpTag(bytes, end + INDEX_BYTES).copy(bytes, end + INDEX_BYTES, 0, RTCP_TAG);
    return end + INDEX_BYTES + RTCP_TAG;
  }

  openRtcp(bytes: Buffer): number {
    const end = this.rtcpIndexAt(bytes.length);
    if (end < RTCP_HEADER) return -1;
    if (!isTag(this.rtcpTag(bytes, end + INDEX_BYTES), bytes, RTCP_TAG)) return -1;
    this.applyToRtcp(bytes, end, bytes.readUInt32BE(end) & ~ENCRYPTED);
    return end;
  }

  rtcpIndexAt(length: number): number {
    return length - RTCP_TAG - this.mkiBytes - INDEX_BYTES;
  }

  private applyToRtcp(bytes: Buffer, end: number, index: number): void {
    const ssrc = bytes.readInt32BE(4);
    this.rtcp.apply(bytes, RTCP_HEADER, end, ssrc, index >>> 16, index & 0xffff);
  }

  private rtpTag(bytes: Buffer, end: number, rollover: number): Buffer {
    this.counter.writeUInt32BE(rollover, 0);
    return createHmac('sha1', this.keys.rtp.authentication)
      .update(bytes.subarray(0, end))
      .update(this.counter)
      .digest();
  }

  private rtcpTag(bytes: Buffer, end: number): Buffer {
    const { authentication } = this.keys.rtcp;
    return createHmac('sha1', authentication).update(bytes.subarray(0, end)).digest();
  }
}

/** Whether the packet ends with that tag; takes as long whichever byte is wrong. */
function isTag(tag: Buffer, bytes: Buffer, tagBytes: number): boolean {
  const at = bytes.length - tagBytes;
  let wrong = 0;
  for (let i = 0; i < tagBytes; i++) wrong |= (tag[i] as number) ^ (bytes[at + i] as number);
  return wrong === 0;
}

const BLOCK = 16;
/** 20 ms of G.711. */
const USUAL_BLOCKS = 10;

/** Blocks that differ in their last two bytes alone, and AES of them. */
export class KeyStream {
  private readonly aes;
  private blocks = Buffer.alloc(0);
  private words = new Int32Array(0);
  /** Of the last packet: nearly all are of one length. */
  private view = this.blocks;

  constructor(private readonly keys: Pick<SessionKeys, 'encryption' | 'salt'>) {
    this.aes = createCipheriv('aes-128-ecb', keys.encryption, null).setAutoPadding(false);
    this.grow(USUAL_BLOCKS);
  }

  /** The 48 bits of the index are `high` and the 16 of `low`. */
  apply(bytes: Buffer, start: number, end: number, ssrc: number, high: number, low: number): void {
    if (end <= start) return;
    const stream = this.aes.update(this.counted(Math.ceil((end - start) / BLOCK), ssrc, high, low));
    for (let i = start, k = 0; i < end; i++, k++) {
      bytes[i] = (bytes[i] as number) ^ (stream[k] as number);
    }
  }

  private counted(count: number, ssrc: number, high: number, low: number): Buffer {
    if (count * BLOCK > this.blocks.length) this.grow(count);
    const { blocks, words } = this;
    const { salt } = this.keys;
    blocks.writeInt32BE(salt.readInt32BE(4) ^ ssrc, 4);
    blocks.writeInt32BE(salt.readInt32BE(8) ^ high, 8);
    const upper = (salt[12] as number) ^ (low >>> 8);
    const lower = (salt[13] as number) ^ (low & 0xff);
    const [second, third] = [words[1] as number, words[2] as number];
    for (let i = 0; i < count; i++) {
      words[4 * i + 1] = second;
      words[4 * i + 2] = third;
      blocks[BLOCK * i + 12] = upper;
      blocks[BLOCK * i + 13] = lower;
    }
    if (this.view.length !== count * BLOCK) this.view = blocks.subarray(0, count * BLOCK);
    return this.view;
  }

  private grow(count: number): void {
    // Not from the pool, whose pieces begin anywhere.
    const memory = new ArrayBuffer(count * BLOCK);
    this.blocks = Buffer.from(memory);
    this.words = new Int32Array(memory);
    this.view = this.blocks;
    for (let i = 0; i < count; i++) {
      this.keys.salt.copy(this.blocks, BLOCK * i, 0, 4);
      this.blocks.writeUInt16BE(i, BLOCK * i + 14);
    }
  }
}
