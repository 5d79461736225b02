import type { Timing } from '../transaction/timing';
import { giveUpMs } from '../transaction/timing';

/**
 * A response of ours that the peer must confirm: the 2xx of an INVITE (by ACK, RFC 3261 §13.3.1.4)
 * or a reliable provisional (by PRACK, RFC 3262 §3). Repeats it from T1 doubling, gives up after
 * 64·T1. On reliable transports nothing is repeated, but the wait is the same.
 */
export class RepeatUntilConfirmed {
  private repeatTimer: NodeJS.Timeout | undefined;
  private readonly giveUpTimer: NodeJS.Timeout;

  constructor(
    private readonly how: {
      timing: Timing;
      reliable: boolean;
      /** The longest pause: T2 for a 2xx; RFC 3262 sets none for provisionals. */
      longestMs: number;
      send: () => void;
      gaveUp: () => void;
    },
  ) {
    if (!how.reliable) this.repeatAfter(how.timing.t1);
    this.giveUpTimer = setTimeout(() => {
      this.stop();
      how.gaveUp();
    }, giveUpMs(how.timing));
  }

  /** Confirmed, or no longer of interest. */
  stop(): void {
    clearTimeout(this.repeatTimer);
    clearTimeout(this.giveUpTimer);
  }

  private repeatAfter(ms: number): void {
    this.repeatTimer = setTimeout(() => {
      this.how.send();
      this.repeatAfter(Math.min(2 * ms, this.how.longestMs));
    }, ms);
  }
}
