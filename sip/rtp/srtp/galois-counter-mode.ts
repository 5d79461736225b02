/**
 * AEAD_AES_128_GCM (RFC 7714). A tag is made of the whole message at once, so each packet needs a cipher
 * object of its own.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { sequenceOf, ssrcOf } from '../packet';
import type { DerivedKeys, SessionKeys } from './key-derivation';
import { ENCRYPTED, RTCP_HEADER, type Transform } from './transform';

const TAG_BYTES = 16;
const INDEX_BYTES = 4;
const OPTIONS = { authTagLength: TAG_BYTES };

export class GaloisCounterMode implements Transform {
  private readonly nonce = Buffer.alloc(12);
  /** What is authenticated of RTCP and not encrypted: its header and the index behind it (§9.2). */
  private readonly rtcpHeader = Buffer.alloc(RTCP_HEADER + INDEX_BYTES);

  constructor(
    private readonly keys: DerivedKeys,
    private readonly mkiBytes: number,
  ) {}

  sealRtp(bytes: Buffer, start: number, end: number, rollover: number): number {
    const { rtp } = this.keys;
    this.writeNonce(rtp, ssrcOf(bytes), rollover, sequenceOf(bytes));
    this.encrypt(rtp, bytes.subarray(0, start), bytes, start, end);
    return end + TAG_BYTES;
  }

  openRtp(bytes: Buffer, start: number, rollover: number): number {
    const { rtp } = this.keys;
    const end = bytes.length - this.mkiBytes - TAG_BYTES;
    if (end < start) return -1;
    this.writeNonce(rtp, ssrcOf(bytes), rollover, sequenceOf(bytes));
    return this.decrypt(rtp, bytes.subarray(0, start), bytes, start, end) ? end : -1;
  }

  sealRtcp(bytes: Buffer, end: number, index: number): number {
    const word = (ENCRYPTED | index) >>> 0;
    const header = this.prepareRtcp(bytes, word);
    this.encrypt(this.keys.rtcp, header, bytes, RTCP_HEADER, end);
    bytes.writeUInt32BE(word, end + TAG_BYTES);
    return end + TAG_BYTES + INDEX_BYTES;
  }

  openRtcp(bytes: Buffer): number {
    const at = this.rtcpIndexAt(bytes.length);
    const end = at - TAG_BYTES;
    if (end < RTCP_HEADER) return -1;
    const header = this.prepareRtcp(bytes, bytes.readUInt32BE(at));
    return this.decrypt(this.keys.rtcp, header, bytes, RTCP_HEADER, end) ? end : -1;
  }

  rtcpIndexAt(length: number): number {
    return length - this.mkiBytes - INDEX_BYTES;
  }

  private prepareRtcp(bytes: Buffer, word: number): Buffer {
    const index = word & ~ENCRYPTED;
    this.writeNonce(this.keys.rtcp, bytes.readInt32BE(4), index >>> 16, index & 0xffff);
    bytes.copy(this.rtcpHeader, 0, 0, RTCP_HEADER);
    this.rtcpHeader.writeUInt32BE(word, RTCP_HEADER);
    return this.rtcpHeader;
  }

  /** SSRC and the 48 bits of the index behind two zeros, over the salt (§8.1, §9.1). */
  private writeNonce({ salt }: SessionKeys, ssrc: number, high: number, low: number): void {
    const { nonce } = this;
    salt.copy(nonce, 0, 0, 2);
    nonce.writeInt32BE(salt.readInt32BE(2) ^ ssrc, 2);
    nonce.writeInt32BE(salt.readInt32BE(6) ^ high, 6);
    nonce.writeUInt16BE(salt.readUInt16BE(10) ^ low, 10);
  }

  private encrypt(
    { encryption }: SessionKeys,
    header: Buffer,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const cipher = createCipheriv('aes-128-gcm', encryption, this.nonce, OPTIONS).setAAD(header);
    cipher.update(bytes.subarray(start, end)).copy(bytes, start);
    cipher.final();
    cipher.getAuthTag().copy(bytes, end);
  }

  private decrypt(
    { encryption }: SessionKeys,
    header: Buffer,
    bytes: Buffer,
    start: number,
    end: number,
  ): boolean {
    const cipher = createDecipheriv('aes-128-gcm', encryption, this.nonce, OPTIONS)
      .setAAD(header)
      .setAuthTag(bytes.subarray(end, end + TAG_BYTES));
    const plain = cipher.update(bytes.subarray(start, end));
    try {
      cipher.final();
    } catch {
      return false;
    }
    plain.copy(bytes, start);
    return true;
  }
}
