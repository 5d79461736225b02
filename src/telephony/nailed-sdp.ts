/**
 * What the far side of one dialog is told of our media, which are of several sessions of the edge: one session to it,
 * with the same `o=` name and address, and a version that is one higher with each new description (RFC 3264 §8).
 */

const ORIGIN = /^o=(\S+ \S+) (\d+) (.+)$/m;
/** More descriptions than may have been sent without being noted before a process fell. */
const UNNOTED = 16;

export class Described {
  private origin: { name: string; address: string } | null = null;
  private sent = { raw: '', shown: '' };
  private text: string | null = null;

  /** `first`: the description in our INVITE. `version`: the last one known to a former process, 0 for none. */
  constructor(
    private readonly read: () => string,
    private noted: number,
  ) {}

  /** Our first description. */
  get first(): string {
    return (this.text ??= this.read());
  }

  /** Of the last description; that of the first while there is no other. */
  get version(): number {
    return this.noted;
  }

  /** The description as it is sent; the same again for the same one. */
  of(raw: string): string {
    if (raw === this.sent.raw) return this.sent.shown;
    const { name, address } = (this.origin ??= this.begin());
    this.noted += 1;
    const shown = raw.replace(ORIGIN, `o=${name} ${this.noted} ${address}`);
    this.sent = { raw, shown };
    return shown;
  }

  private begin(): { name: string; address: string } {
    const [, name = '- 0', version = '0', address = 'IN IP4 0.0.0.0'] =
      ORIGIN.exec(this.first) ?? [];
    const isFound = this.noted > 0;
    this.noted = Math.max(this.noted, Number(version)) + (isFound ? UNNOTED : 0);
    return { name, address };
  }
}

/** Does that description offer SRTP? */
export const isEncrypted = (sdp: string): boolean => /^m=audio \d+ RTP\/SAVP/m.test(sdp);
