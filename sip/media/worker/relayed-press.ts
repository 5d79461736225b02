/**
 * Which packets of a partner's key presses (RFC 4733) a far side gets. All packets of a press carry the
 * timestamp of its beginning (§2.5.1), and sound in between would step past it: while a press is on, sound
 * is left out, and after sound the rest of a press is.
 *
 *     off -> first packet of a press -> on -> its third end | 30 ms after an end | 100 ms of nothing -> off
 */
import { ssrcOf, timestampOf } from '../../rtp/packet';
import { ticksSince } from './clock';

/** The bit in the second byte of an event that marks its end (RFC 4733 §2.3). */
const EVENT_END = 0x80;
/** Ends are sent three times (§2.5.1.4). */
const ENDS = 3;
const AFTER_END = 240;
const WITHOUT_END = 800;

export class RelayedPress {
  private ssrc = 0;
  private timestamp = 0;
  private ends = 0;
  private heardAt = 0;
  private isBegun = false;

  /** While it is, no sound is to be sent. */
  isOn(now: number): boolean {
    if (!this.isBegun || this.ends >= ENDS) return false;
    if (ticksSince(this.heardAt, now) < (this.ends > 0 ? AFTER_END : WITHOUT_END)) return true;
    // For good: in 74 hours the clock seems to stand before the press again.
    this.ends = ENDS;
    return false;
  }

  /**
   * Whether a packet, whose event begins at `start`, is to be passed on: of one press at a time, and no
   * late copies of its end.
   */
  takes(packet: Buffer, start: number, now: number): boolean {
    const [ssrc, timestamp] = [ssrcOf(packet), timestampOf(packet)];
    const isSame = this.isBegun && ssrc === this.ssrc && timestamp === this.timestamp;
    if (this.isOn(now) ? ssrc !== this.ssrc : isSame) return false;
    const isEnd = ((packet[start + 1] as number) & EVENT_END) !== 0;
    this.ends = (isSame ? this.ends : 0) + (isEnd ? 1 : 0);
    this.ssrc = ssrc;
    this.timestamp = timestamp;
    this.heardAt = now;
    this.isBegun = true;
    return true;
  }
}
