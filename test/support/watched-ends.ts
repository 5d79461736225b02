/**
 * Phones, gateways and a trunk in which it takes us a minute or more to notice something: OPTIONS every 30 s, two of them
 * unanswered, a minute with every channel used. All at once beside the calls of an office; the sockets are the test's own.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import type { TrunkView } from '../../src/domain/trunk/view';
import { registered } from '../sip/telephony/register';
import { isHungUp } from './consulting';
import { party, type Party } from './dealership';
import { hearEachOther, hearsMusic } from './desk-talk';
import { Handset } from './handset';
import type { Office } from './office';
import { PASSWORD, type TestPlan } from './plan';
import type { PushClient } from './push-client';
import { waitFor } from './wait';

/** Two questions 30 s apart, each with 10 s for its answer, the first at most 30 s from when it was known. */
const SILENT_MS = 90_000;
/** The next question. */
const BACK_MS = 40_000;
const MINUTE_MS = 60_000;
const CHANNELS = 5;
const ZHOU = '127.0.0.21';
const WU = '127.0.0.22';
const NARROW = '127.0.0.31';

/** Asked whether it is there; it answers or not, and knows when each question came first (ms of the monotonic clock). */
export class AskedEnd {
  readonly askedAt: number[] = [];
  private readonly questions = new Set<string>();

  constructor(
    readonly party: Party,
    public isThere: boolean,
  ) {
    party.sip.got.each((message) => this.take(message));
  }

  private take(message: SipMessage): void {
    if (message.method !== 'OPTIONS') return;
    if (!this.questions.has(message.callId)) this.askedAt.push(performance.now());
    this.questions.add(message.callId);
    if (this.isThere) this.party.sip.answer(message, 200);
  }
}

/** What is told of them: each a method, which resolves when all came as it should. */
export const WATCHED = [
  [
    'a phone that answers no more: its person sees why, who calls him waits, and rings there when it answers again',
    'phone',
  ],
  [
    'a gateway that answers no more: alarmed, shown and passed over until it answers again',
    'gateway',
  ],
  [
    'a trunk of which every channel is used: the alarm of 80 %, the minutes, and the peak of the day',
    'fullTrunk',
  ],
] as const;

export class WatchedEnds {
  private desks: PushClient[] = [];
  private handsets: Handset[] = [];

  private constructor(
    /** Zhou's phone and the trunk's other gateway, which are always there. */
    readonly there: readonly [phone: AskedEnd, gateway: AskedEnd],
    /** Wu's phone and the gateway that is asked first, which are silent until the test says otherwise. */
    private readonly silent: readonly [phone: AskedEnd, gateway: AskedEnd],
    private readonly callers: readonly Party[],
    private readonly waits: Party,
  ) {}

  static async open(): Promise<WatchedEnds> {
    const made = async (host: string, isThere: boolean, hz = 650) =>
      new AskedEnd(await party(hz, host), isThere);
    const [zhou, wu] = [await made(ZHOU, true), await made(WU, false)];
    const [main, spare] = [await made('127.0.0.1', false), await made('127.0.0.1', true)];
    // Customers who are called are busy.
    for (const { party: gateway } of [main, spare])
      gateway.sip.got.each((m) => m.method === 'INVITE' && gateway.sip.answer(m, 486));
    const callers: Party[] = [];
    for (let n = 0; n < CHANNELS; n++) callers.push(await party(1000, NARROW));
    return new WatchedEnds([zhou, spare], [wu, main], callers, await party(1000, '127.0.0.1'));
  }

  /** Zhou works for another store, which calls by the trunk `pair`; Wu for a queue of his own. */
  into(plan: TestPlan): TestPlan {
    const [[queue], [hotline], [store]] = [plan.queues, plan.hotlines, plan.stores];
    if (!queue || !hotline || !store) throw new Error('the plan is empty');
    const post = 'telemarketer' as const;
    const secret = { kind: 'register' as const, password: 'secret' };
    const to = [this.silent[1], this.there[1]].map(({ party: { sip } }, priority) => ({
      ...{ address: `sip:127.0.0.1:${sip.port}`, priority, weight: 1 },
    }));
    return {
      ...plan,
      stores: [
        { ...store, trunks: ['carrier'] },
        { ...store, id: 'sh01', name: '上海一店', trunks: ['pair'] },
      ],
      trunks: [
        ...plan.trunks,
        { id: 'pair', from: ['127.0.0.30'], channels: 10, to },
        { id: 'narrow', from: [NARROW], channels: CHANNELS },
      ],
      queues: [...plan.queues, { ...queue, id: 'wu' }, { ...queue, id: 'zhou', store: 'sh01' }],
      hotlines: [
        ...plan.hotlines,
        { ...hotline, number: '402', queue: 'wu' },
        // Nobody is called back whom nobody takes.
        { ...hotline, number: '403', store: 'sh01', queue: 'zhou', ringBack: { after: ['asked'] } },
      ],
      people: [
        ...plan.people,
        { id: 'wu', name: '吴军', post, store: 'bj01', password: PASSWORD, queues: ['wu'] },
        { id: 'zhou', name: '周洁', post, store: 'sh01', password: PASSWORD, queues: ['zhou'] },
        // Oversees both stores, and so both trunks.
        { id: 'ren', name: '任远', post: 'hq', store: 'bj01', password: PASSWORD },
      ],
      phones: [
        ...plan.phones,
        { id: '8101', person: 'zhou', ...secret },
        { id: '8102', person: 'wu', ...secret },
      ],
    };
  }

  /** Their phones register, and they sign in: Wu ready, Zhou at lunch. */
  async signIn(office: Office): Promise<void> {
    const { port } = office.product.sip();
    for (const [{ party: phone }, user, host] of [
      [this.there[0], '8101', ZHOU],
      [this.silent[0], '8102', WU],
    ] as const) {
      expect((await registered(port, phone.sip, { user })).status).toBe(200);
      const place = { port: () => port, sdp: phone.ear.sdp(), host };
      this.handsets.push(new Handset(phone.sip, place));
      this.desks.push(await office.deskOf(user === '8101' ? 'zhou' : 'wu'));
    }
    this.desks.push(await office.deskOf('ren'));
    const [zhou, wu] = this.desks as [PushClient, PushClient];
    await zhou.post('/api/agents/me/not-ready', { reason: 'lunch' });
    expect((await wu.post('/api/agents/me/ready')).status).toBe(200);
  }

  /** Wu sees why nobody rings; who calls him waits, and rings at him when his phone answers again. */
  async phone(office: Office): Promise<void> {
    const [gone] = this.silent;
    const [, desk] = this.desks as [PushClient, PushClient];
    const [, handset] = this.handsets as [Handset, Handset];
    const { sip, ear } = gone.party;
    const seen = { from: desk.frames.length, deadlineMs: SILENT_MS };
    const isHis = ({ data }: { data: { id: string } }) => data.id === 'wu';
    const lost = await desk.next('agent.updated', (one) => isHis(one) && !one.data.reachable, seen);
    expect(lost.data.unreachable).toMatchObject({
      ...{ reason: 'no-answer', since: expect.any(Number) },
      en: 'The phone does not answer. Check its power and its network, or start it anew.',
    });
    const { waits } = this;
    const toTag = await calls(office, waits, '402', '13800000681');
    await hearsMusic(waits.ear);
    expect(sip.count(({ method }) => method === 'INVITE')).toBe(0);

    gone.isThere = true;
    const again = { from: desk.frames.length, deadlineMs: BACK_MS };
    await desk.next('agent.updated', (one) => isHis(one) && one.data.reachable, again);
    const invite = await handset.rings();
    await handset.answers();
    ear.talkTo(invite.body);
    await hearEachOther(waits, gone.party);
    // Two seconds have a tenth that is heard as it was said, also where this process was held up meanwhile.
    await waits.ear.until(() => waits.ear.heard.length > 100);
    const until = sip.got.length;
    hangsUp(office, waits, toTag);
    await isHungUp(gone.party, until);
    await office.became('+8613800000681', {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[waits.ear.tone, ear.tone]] },
    });
  }

  /** The one that is to be asked first is passed over, shown and alarmed as long as it is silent. */
  async gateway(office: Office): Promise<void> {
    const [, main] = this.silent;
    const [desk] = this.desks as [PushClient, PushClient];
    this.handsets[0]?.picksUpFromNowOn();
    const invites = () =>
      [main, this.there[1]].map(({ party: { sip } }) => {
        const calls = sip.got.all.filter(({ method }) => method === 'INVITE');
        return new Set(calls.map(({ callId }) => callId)).size;
      });
    /** Which of the two has one of Zhou's calls. */
    const takes = async (number: string): Promise<number[]> => {
      const before = invites();
      expect((await desk.post('/api/calls', { number })).status).toBe(200);
      await office.became(`+86${number}`, { outcome: 'unanswered', cause: 'busy', segments: [] });
      return invites().map((count, i) => count - (before[i] ?? 0));
    };
    const up = async () => (await this.trunk('pair')).gateways.map((one) => one.up);
    const detail = `pair: sip:127.0.0.1:${main.party.sip.port}`;
    expect([await takes('13800000682'), await up()]).toEqual([
      [1, 0],
      [true, true],
    ]);
    await isAlarmed(office, 'TRUNK_GATEWAY_DOWN', detail, SILENT_MS);
    expect([await takes('13800000683'), await up()]).toEqual([
      [0, 1],
      [false, true],
    ]);
    main.isThere = true;
    await isAlarmed(office, 'TRUNK_GATEWAY_UP', detail, BACK_MS);
    expect([await takes('13800000684'), await up()]).toEqual([
      [1, 0],
      [true, true],
    ]);
  }

  /** Callers who wait take its channels, one after the other. */
  async fullTrunk(office: Office): Promise<void> {
    const [view, alarms] = [() => this.trunk('narrow'), () => alarmsOf(office, 'narrow')];
    const toTags: string[] = [];
    const comes = async (n: number) =>
      toTags.push(
        await calls(office, this.callers[n - 1] as Party, '403', `1380000069${String(n)}`),
      );
    for (const n of [1, 2, 3]) await comes(n);
    expect([await view(), await alarms()]).toMatchObject([{ used: 3, nearlyFull: false }, []]);
    await comes(4);
    await isAlarmed(office, 'TRUNK_NEARLY_FULL', `narrow: 4 of ${CHANNELS} channels`);
    const before = performance.now();
    await comes(CHANNELS);
    const full = performance.now();
    expect(await view()).toMatchObject({ used: CHANNELS, nearlyFull: true, minutesFull: 0 });
    const past = (since: number, minutes: number) =>
      performance.now() - since >= minutes * MINUTE_MS;
    await waitFor('a minute to pass', () => past(full, 1), 2 * MINUTE_MS);
    const { minutesFull } = await view();
    expect([minutesFull, past(before, minutesFull + 1)]).toEqual([1, false]);

    for (const [n, caller] of this.callers.entries()) hangsUp(office, caller, toTags[n] as string);
    await isAlarmed(office, 'TRUNK_HAS_ROOM', `narrow: 3 of ${CHANNELS} channels`);
    await waitFor('all to have left', async () => (await view()).used === 0);
    const after = { used: 0, peak: CHANNELS, nearlyFull: false, minutesFull: 1 };
    expect([await view(), (await alarms()).length]).toMatchObject([after, 2]);
  }

  private async trunk(id: string): Promise<TrunkView> {
    const answer = (await (await this.overseer.get('/api/trunks')).json()) as {
      items: TrunkView[];
    };
    const found = answer.items.find((one) => one.id === id);
    if (!found) throw new Error(`no trunk ${id}`);
    return found;
  }

  private get overseer(): PushClient {
    return this.desks[2] as PushClient;
  }

  close(): void {
    for (const one of [...this.handsets, ...this.desks]) one.close();
    const asked = [...this.there, ...this.silent].map((one) => one.party);
    for (const { sip, ear } of [...asked, ...this.callers, this.waits]) {
      sip.close();
      ear.close();
    }
  }
}

/** He is answered, and waits: our To-tag. */
async function calls(
  office: Office,
  { sip, ear }: Party,
  hotline: string,
  number: string,
): Promise<string> {
  const { port } = office.product.sip();
  const headers = [`P-Asserted-Identity: <sip:${number}@carrier>`];
  const uri = `sip:${hotline}@127.0.0.1:${port}`;
  sip.ask(port, { method: 'INVITE', uri, headers, body: ear.sdp() });
  const { toTag = '', body } = await sip.response(200, 'INVITE');
  sip.ask(port, { method: 'ACK', toTag });
  ear.talkTo(body);
  return toTag;
}

function hangsUp(office: Office, { sip, ear }: Party, toTag: string): void {
  sip.ask(office.product.sip().port, { method: 'BYE', toTag, cseq: 2 });
  ear.hush();
}

async function alarmsOf(office: Office, of: string): Promise<unknown[]> {
  return (await office.rows(`select code from alarm where detail like '${of}%'`)).map(
    ({ code }) => code,
  );
}

function isAlarmed(office: Office, code: string, detail: string, deadlineMs = 10_000) {
  const isThere = async () => (await alarmsOf(office, detail)).includes(code);
  return waitFor(`the alarm ${code}: ${detail}`, isThere, deadlineMs);
}
