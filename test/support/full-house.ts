import type { Client } from 'pg';
import type { SipMessage } from '../../sip/message/sip-message';
import type { Snapshot } from '../../src/push/events';
import { picksUp, type Party } from './dealership';
import { nothingIsLeft } from './kill-table';
import { emptyPlan, PASSWORD, withStaticAgents, withoutNotice, type TestPlan } from './plan';
import { startProduct, type Product, type ProductOptions } from './product';
import { startPushClient, type PushClient } from './push-client';
import { Phone } from '../sip/support/phone';
import { loudness } from './tone';
import { TonePhone } from './tone-phone';
import { waitFor } from './wait';

/** Who calls the hotline, and when (performance.now). */
export interface Guest extends Party {
  number: string;
  calledAt: number;
  /** As it was sent, to be sent again. */
  invite: string;
  toTag: string;
}

/** A telemarketer's phone, and the calls that it knows. */
export interface Seat extends Party {
  id: string;
  seen: Set<string>;
  /** Of the call that was picked up last. */
  invite?: SipMessage;
}

const AGENT_HZ = 600;
const GUEST_HZ = 1000;

/**
 * The started product with one queue, whose telemarketers can all be made to talk, so that whoever else calls waits
 * for one of them. Every phone is in the test's hand.
 */
export class FullHouse {
  private readonly guests: Guest[] = [];

  private constructor(
    readonly product: Product,
    readonly seats: readonly Seat[],
    private db: Client,
  ) {}

  /** `adapt` makes of the plan what the test needs. */
  static async open(
    agents: number,
    adapt: (plan: TestPlan) => TestPlan = (plan) => plan,
    options: ProductOptions = {},
  ): Promise<FullHouse> {
    const product = await startProduct({ mediaPorts: 400, ...options });
    const seats = await Promise.all(
      Array.from({ length: agents }, async (_, n) => ({
        ...{ id: `t${String(n + 1).padStart(3, '0')}`, seen: new Set<string>() },
        // Agents' phones are no trunk: they have addresses of their own.
        ...(await party(AGENT_HZ, `127.0.1.${n + 1}`)),
      })),
    );
    await product.apply(adapt(planFor(seats)));
    return new FullHouse(product, seats, await product.db());
  }

  get port(): number {
    return this.product.sip().port;
  }

  /** He calls the hotline, from the trunk. */
  async calls(number: string, hotline = '400'): Promise<Guest> {
    const heard = await party(GUEST_HZ, '127.0.0.1');
    const guest = { ...heard, number, calledAt: 0, invite: '', toTag: '' };
    this.guests.push(guest);
    guest.calledAt = performance.now();
    guest.invite = guest.sip.ask(this.port, {
      method: 'INVITE',
      uri: `sip:${hotline}@127.0.0.1:${this.port}`,
      headers: [`P-Asserted-Identity: <sip:${number}@carrier>`],
      body: guest.ear.sdp(),
    });
    return guest;
  }

  /** Our 200; answers how long after his INVITE it came. */
  async isAnswered(guest: Guest, deadlineMs = 20_000): Promise<number> {
    const isOk = ({ status, cseqMethod }: SipMessage) => status === 200 && cseqMethod === 'INVITE';
    const ok = await guest.sip.got.next(`200 for ${guest.number}`, isOk, { deadlineMs });
    const afterMs = performance.now() - guest.calledAt;
    guest.toTag = ok.toTag as string;
    guest.sip.ask(this.port, { method: 'ACK', toTag: guest.toTag });
    guest.ear.talkTo(ok.body);
    return afterMs;
  }

  /** He calls, and waits with an answer. */
  async waits(number: string): Promise<Guest> {
    const guest = await this.calls(number);
    await this.isAnswered(guest);
    return guest;
  }

  /** A phone rings for a call that it did not know; which, and for whom. */
  async rings(seats = this.seats, deadlineMs = 20_000) {
    const found = await waitFor('a phone to ring', () => this.ringing(seats), deadlineMs);
    found.seat.seen.add(found.invite.callId);
    return found;
  }

  private ringing(seats: readonly Seat[]) {
    for (const seat of seats) {
      const isNew = ({ method, callId }: SipMessage) =>
        method === 'INVITE' && !seat.seen.has(callId);
      const invite = seat.sip.got.all.find(isNew);
      if (invite) return { seat, invite, number: numberIn(invite) };
    }
    return undefined;
  }

  /** The phone that rings is picked up, and guest and telemarketer hear each other. */
  async talks(guest: Guest, { seat, invite }: { seat: Seat; invite: SipMessage }): Promise<void> {
    seat.invite = invite;
    picksUp(seat, invite);
    if (guest.toTag === '') await this.isAnswered(guest);
    await hearEachOther(guest, seat);
  }

  /** From the INVITE to two who hear each other. */
  async talk(number: string, hotline?: string): Promise<{ guest: Guest; seat: Seat }> {
    const guest = await this.calls(number, hotline);
    const rung = await this.rings();
    await this.talks(guest, rung);
    return { guest, seat: rung.seat };
  }

  async hangsUp(guest: Guest): Promise<void> {
    guest.ear.hush();
    guest.sip.ask(this.port, { method: 'BYE', toTag: guest.toTag, cseq: 2 });
    await guest.sip.response(200, 'BYE');
  }

  /** Our BYE for the call that he has; resolves with its Reason. */
  async isHungUp(who: Seat | Guest): Promise<string> {
    const callId = 'seen' in who ? who.invite?.callId : who.sip.callId;
    const isOurs = (message: SipMessage) => message.method === 'BYE' && message.callId === callId;
    const bye = await who.sip.got.next('our BYE', isOurs, { deadlineMs: 20_000 });
    who.ear.hush();
    who.sip.answer(bye, 200);
    return bye.get('reason') ?? '';
  }

  desk(user: string, options: { receiptAfterMs?: 'never' } = {}): Promise<PushClient> {
    return startPushClient({ http: this.product.http, user, password: PASSWORD, ...options });
  }

  /** What the supervisor's board shows when it is opened. */
  async board(): Promise<Snapshot> {
    const desk = await this.desk('chen');
    const { data } = await desk.next('snapshot');
    desk.close();
    return data;
  }

  /** PostgreSQL is killed and kept away; resolves when nobody reaches it any more. */
  async databaseFalls(): Promise<void> {
    // The launcher would start another at once: it is held.
    process.kill(this.product.pid, 'SIGSTOP');
    process.kill(this.product.listening.pids.postgres ?? 0, 'SIGKILL');
    const isAway = () =>
      this.db.query('select 1').then(
        () => false,
        () => true,
      );
    await waitFor('the database to be away', isAway);
  }

  /** The launcher starts it again, as it would have at once. */
  async databaseReturns(): Promise<void> {
    process.kill(this.product.pid, 'SIGCONT');
    const back = () => this.product.db().catch(() => undefined);
    this.db = await waitFor('another PostgreSQL', back, 30_000);
  }

  async rows<T extends object>(sql: string): Promise<T[]> {
    return (await this.db.query<T>(sql)).rows;
  }

  /** Every call, leg, place and recording has its end in the database, and nothing is kept on edge or app. */
  async nothingIsLeft(): Promise<void> {
    const open = () =>
      this.rows(`select 'call' as what, id from call where state <> 'closed'
        union all select role, id from leg where ended_at is null
        union all select 'place', id from queue_entry where ended_at is null
        union all select 'recording', id from recording where state = 'recording'`);
    await waitFor('everything to be closed', async () => (await open()).length === 0, 20_000).catch(
      async () => expect(await open()).toEqual([]),
    );
    await nothingIsLeft(this);
  }

  async close(): Promise<void> {
    process.kill(this.product.pid, 'SIGCONT');
    for (const { sip, ear } of [...this.guests, ...this.seats]) {
      sip.close();
      ear.close();
    }
    await this.product.stop();
  }
}

export async function hearEachOther(guest: Guest, seat: Seat): Promise<void> {
  for (const { ear } of [guest, seat]) ear.forget();
  await Promise.all([guest.ear.hears(AGENT_HZ, 10_000), seat.ear.hears(GUEST_HZ, 10_000)]);
}

/** Music, or an announcement. */
export const hearsSomething = ({ ear }: Party): Promise<void> =>
  ear.until(
    () => loudness(ear.lastSamples(40)) > 100,
    10_000,
    () => 'nothing is heard',
  );

const numberIn = (invite: SipMessage): string =>
  /sip:\+?(?:86)?(\d+)@/.exec(invite.get('p-asserted-identity') ?? '')?.[1] ?? '';

async function party(tone: number, host: string): Promise<Party> {
  return { sip: await Phone.udp(host), ear: await TonePhone.open({ tone }) };
}

function planFor(seats: readonly Seat[]): TestPlan {
  const plan = withStaticAgents(emptyPlan(), seats.length, { host: '', port: 0 });
  return withoutNotice({
    ...plan,
    phones: plan.phones.map((phone, n) => ({
      ...phone,
      contact: `sip:a${n + 1}@127.0.1.${n + 1}:${seats[n]?.sip.port}`,
    })) as TestPlan['phones'],
    // Nobody hears of a call back before he hears how he stands because the trunk is nearly full.
    trunks: plan.trunks.map((trunk) => ({ ...trunk, channels: 1000 })),
  });
}
