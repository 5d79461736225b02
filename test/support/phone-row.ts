import type { SipMessage } from '../../sip/message/sip-message';
import { party, picksUp, type Party } from './dealership';
import { Seen } from './wait';

/** A phone that rang, for one call. */
export interface Ring {
  /** The phone's name in the row. */
  phone: string;
  /** Whose phone it is for that call: the user of the INVITE's URI. */
  user: string;
  /** The call as the product names it. */
  callId: string;
  /** Milliseconds of the monotonic clock. */
  at: number;
  invite: SipMessage;
}

/**
 * Phones in a row, each with a voice of its own: a telemarketer's place is told from his tone. They ring, stop ringing
 * and take a BYE by themselves; who is picked up says the story.
 */
export class PhoneRow {
  /** Rings of all of them, in the order in which they came. */
  readonly rung = new Seen<Ring>();
  /** Rings that the product took back. */
  readonly stopped = new Seen<Ring>();

  private constructor(private readonly phones: ReadonlyMap<string, Party & { host: string }>) {}

  /** One phone a tone (hertz), by name, at addresses of their own. */
  static async open(tones: Record<string, number>): Promise<PhoneRow> {
    const phones = new Map<string, Party & { host: string }>();
    for (const [name, tone] of Object.entries(tones)) {
      // None of these is a trunk's.
      const host = `127.0.0.${11 + phones.size}`;
      phones.set(name, { ...(await party(tone, host)), host });
    }
    const row = new PhoneRow(phones);
    for (const [name, { sip }] of phones) sip.got.each((message) => row.takes(name, message));
    return row;
  }

  get names(): string[] {
    return [...this.phones.keys()];
  }

  contactOf(name: string, user: string): string {
    const { host, sip } = this.at(name);
    return `sip:${user}@${host}:${sip.port}`;
  }

  at(name: string): Party & { host: string } {
    const phone = this.phones.get(name);
    if (!phone) throw new Error(`no phone ${name}`);
    return phone;
  }

  /** The phone has a voice from then on. */
  picksUp({ phone, invite }: Ring): void {
    picksUp(this.at(phone), invite);
  }

  close(): void {
    for (const { sip, ear } of this.phones.values()) {
      sip.close();
      ear.close();
    }
  }

  private takes(phone: string, message: SipMessage): void {
    const { sip, ear } = this.at(phone);
    const known = this.rung.all.find(({ invite }) => invite.callId === message.callId);
    if (message.method === 'INVITE' && !known) {
      sip.answer(message, 180);
      const user = /^sip:([^@]+)@/.exec(message.uri)?.[1] ?? '';
      const callId = message.get('x-call-id') ?? '';
      this.rung.add({ phone, user, callId, at: performance.now(), invite: message });
    } else if (message.method === 'CANCEL' && known) {
      sip.answer(message, 200);
      sip.answer(known.invite, 487);
      this.stopped.add(known);
    } else if (message.method === 'BYE') {
      sip.answer(message, 200);
      ear.hush();
    }
  }
}
