/**
 * Calls that somebody tried to place who is neither a phone nor a trunk of ours: each is audited, but of one
 * address one in a minute, so that a flood fills no table.
 */
import type { Submit } from '../engine/ports';
import type { SipRequest } from './drachtio';

const EVERY_MS = 60_000;
/** So many addresses are remembered; while more of them come, the rest is in the log. */
const MAX_ADDRESSES = 1000;

export interface StrangersContext {
  submit: Submit;
  now: () => number;
}

export class Strangers {
  /** When each was put down last, the longest ago first. */
  private readonly noted = new Map<string, number>();

  constructor(private readonly context: StrangersContext) {}

  tried({ source_address: who, uri }: Pick<SipRequest, 'source_address' | 'uri'>): void {
    const at = this.context.now();
    for (const [address, before] of this.noted) {
      if (at - before < EVERY_MS) break;
      this.noted.delete(address);
    }
    if (this.noted.has(who) || this.noted.size >= MAX_ADDRESSES) return;
    this.noted.set(who, at);
    const number = uri.slice(0, 64);
    this.context.submit({ type: 'dial.refused', at, who, number, what: 'STRANGER' });
  }
}
