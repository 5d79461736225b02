/**
 * Calls that somebody tried to place who is neither a phone nor a trunk of ours: each is audited, but of one
 * address one in a minute.
 */
import type { Submit } from '../engine/ports';
import type { SipRequest } from './drachtio';
import { OncePerAddress } from './once-per-address';

const EVERY_MS = 60_000;

export interface StrangersContext {
  submit: Submit;
  now: () => number;
}

export class Strangers {
  private readonly addresses = new OncePerAddress(EVERY_MS);

  constructor(private readonly context: StrangersContext) {}

  tried({ source_address: who, uri }: Pick<SipRequest, 'source_address' | 'uri'>): void {
    const at = this.context.now();
    if (!this.addresses.isDue(who, at)) return;
    const number = uri.slice(0, 64);
    this.context.submit({ type: 'dial.refused', at, who, number, what: 'STRANGER' });
  }
}
