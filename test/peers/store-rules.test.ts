/**
 * What the plan says of a store's calls: which trunk may carry which kind of number, what help is where it stands, what may
 * be spent, and how gateways share the calls. The test's own sockets are the carriers' gateways and the telemarketers' phones.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import type { DialClass } from '../../src/domain/plan';
import { Dealership, party, type Party } from '../support/dealership';
import { CALLER_HZ } from '../support/desk-talk';
import { dials, isRecorded, isRefused, newInvite, talksBy } from '../support/dialling';
import { PASSWORD, withSecondStore, type TestPlan } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';
import { waitFor } from '../support/wait';

const ALL: DialClass[] = ['mobile', 'fixed', 'service', 'premium', 'foreign'];
const FREE = { mobile: 0, fixed: 0, service: 0, premium: 0, foreign: 0, other: 0 };
const OFTEN = { perMinute: 10_000, perHour: 10_000 };

type Trunk = TestPlan['trunks'][number];

let dealership: Dealership;
let near: Party;
let far: Party;

beforeAll(async () => {
  near = await party(CALLER_HZ, '127.0.0.1');
  far = await party(1200, '127.0.0.2');
  // However much a story dials, it is on no other's account.
  const dialling = { person: OFTEN, store: OFTEN, tariff: FREE };
  dealership = await Dealership.open({}, (plan) => ({
    ...{ ...plan, dialling, trunks: [trunk('near', near), trunk('far', far)] },
    stores: plan.stores.map((one) => ({ ...one, trunks: ['near', 'far'] })),
    people: plan.people.map((one) => ({ ...one, dial: ALL })),
  }));
}, 90_000);

afterAll(async () => {
  await dealership?.close();
  [near, far].forEach(isClosed);
}, 30_000);

function isClosed({ sip, ear }: Party): void {
  sip.close();
  ear.close();
}

/** Calls of it come from where its first gateway is. */
function trunk(id: string, ...gateways: Party[]): Trunk {
  const from = [id === 'near' ? '127.0.0.1' : '127.0.0.2'];
  return { id, from, channels: 60, watch: false, to: gateways.map(addressOf) };
}

const addressOf = (gateway: Party) =>
  `sip:${gateway === far ? '127.0.0.2' : '127.0.0.1'}:${gateway.sip.port}`;

/** How many messages each gateway has had. */
const askedSoFar = () => [near, far].map(({ sip }) => sip.got.length);

/** The plan of the beginning, changed. */
const apply = (change: (plan: TestPlan) => TestPlan) =>
  dealership.product.apply(change(structuredClone(dealership.plan)));

const deskOf = (user: string): Promise<PushClient> =>
  startPushClient({ http: dealership.product.http, user, password: PASSWORD });

/** He dials it on his phone; the status with which he is refused. */
const refusalOf = (agent: Party, number: string): Promise<number> =>
  isRefused(dealership, dials(dealership, agent, number));

const audits = async (subject: string): Promise<unknown[]> => {
  const rows = await dealership.rows(
    `select subject from audit where what = 'dial.refused' and subject like '${subject}%' order by id`,
  );
  return rows.map((row) => row['subject']);
};

const shownIn = (invite: SipMessage) => /sip:([^@>]*)@/.exec(invite.get('from') ?? '')?.[1];
const numberOf = ({ uri = '' }: SipMessage) => /^sip:([^@]*)@/.exec(uri)?.[1];

describe('what a trunk may carry', () => {
  beforeAll(() =>
    apply((plan) => ({
      ...plan,
      trunks: [
        { ...trunk('near', near), dial: ['fixed'] },
        { ...trunk('far', far), dial: ['mobile', 'premium'] },
      ],
    })),
  );

  test.each([
    ['a fixed number', '01062340001', 'near'],
    ['a mobile number', '13800000901', 'far'],
    ['a premium number', '1259012345', 'far'],
  ] as const)(
    '%s goes by the trunk that may, whichever stands first',
    async (_kind, number, id) => {
      const [gateway, other] = id === 'near' ? [near, far] : [far, near];
      const [agent] = dealership.agents;
      const before = other.sip.got.length;
      const invite = await talksBy(dealership, [gateway, agent], number);
      expect(numberOf(invite)).toBe(number);
      expect(await isRecorded(dealership, invite, [gateway, agent])).toBe(id);
      expect(other.sip.got.length).toBe(before);
    },
    30_000,
  );

  test('a premium number that its trunk does not carry now is not sent by the one that may not', async () => {
    const [before = 0, since = 0] = askedSoFar();
    const dialling = dials(dealership, dealership.agents[0], '1259012346');
    far.sip.answer(await newInvite(far, since), 503);
    expect(await isRefused(dealership, dialling)).toBe(480);
    await dealership.allIsClosed();
    expect(near.sip.got.length).toBe(before);
  }, 30_000);

  test('what none may is refused at phone and desk, and audited; no gateway is asked', async () => {
    const before = askedSoFar();
    const number = '0044201234567';
    expect(await refusalOf(dealership.agents[0], number)).toBe(480);
    const desk = await deskOf('agent0');
    const asked = await desk.post('/api/calls', { number });
    expect([asked.status, await asked.json()]).toMatchObject([409, { code: 'NO_TRUNK' }]);
    desk.close();
    await waitFor('both to be audited', async () => (await audits(number)).length === 2);
    expect(await audits(number)).toEqual([`${number} NO_TRUNK`, `${number} NO_TRUNK`]);
    expect(askedSoFar()).toEqual(before);
  }, 30_000);
});

describe('help', () => {
  const rules = {
    bj01: { trunks: ['near'], shows: '01062345678' },
    sh01: { trunks: ['far'], shows: '02133334444', emergency: ['999', '110'] },
  };
  /** By store: who is alarmed of it. */
  let supervisors: Record<'bj01' | 'sh01', PushClient>;

  /** Two stores, each with its own trunk and number; no trunk may carry anything that is not help. */
  beforeAll(async () => {
    await apply((plan) => {
      const two = withSecondStore(plan, 'agent1');
      const chen = two.people.filter(({ id }) => id === 'chen');
      return {
        ...{ ...two, numbers: { outsidePrefixes: ['9'] } },
        people: [...two.people, ...chen.map((one) => ({ ...one, id: 'zhou', store: 'sh01' }))],
        stores: two.stores.map((one) => ({ ...one, ...rules[one.id as 'bj01' | 'sh01'] })),
        trunks: two.trunks.map((one) => ({ ...one, dial: ['premium' as const] })),
      };
    });
    supervisors = { bj01: await deskOf('chen'), sh01: await deskOf('zhou') };
  }, 30_000);

  afterAll(() => Object.values(supervisors).forEach((one) => one.close()));

  const alarmsAt = ({ frames }: PushClient) =>
    frames.all.filter(
      (one) => one.type === 'alarm.raised' && JSON.stringify(one).includes('EMERGENCY_CALL'),
    ).length;

  test.each([
    ['bj01', '119', '119'],
    ['bj01', '9110', '110'],
    ['sh01', '999', '999'],
    ['sh01', '9999', '999'],
    ['sh01', '9110', '110'],
  ] as const)(
    'at %s %s is help: the store’s own trunk dials %s and shows the store’s number, and its supervisor is alarmed',
    async (store, text, number) => {
      const isFirst = store === 'bj01';
      const [gateway, other] = isFirst ? [near, far] : [far, near];
      const agent = dealership.agents[isFirst ? 0 : 1];
      const own = supervisors[store];
      const elsewhere = supervisors[isFirst ? 'sh01' : 'bj01'];
      const before = [other.sip.got.length, alarmsAt(elsewhere)];
      const from = own.frames.length;
      const invite = await talksBy(dealership, [gateway, agent], text);
      expect([numberOf(invite), shownIn(invite)]).toEqual([number, rules[store].shows]);
      expect([await isRecorded(dealership, invite, [gateway, agent])]).toEqual(rules[store].trunks);
      const isCall = ({ data }: { data: { code: string } }) => data.code === 'EMERGENCY_CALL';
      const alarm = await own.next('alarm.raised', isCall, { from });
      expect(alarm.data.detail).toContain(number);
      expect([other.sip.got.length, alarmsAt(elsewhere)]).toEqual(before);
    },
    30_000,
  );

  test.each([
    ['bj01', '999'],
    ['sh01', '119'],
    ['sh01', '9120'],
  ] as const)(
    'at %s %s is none, whatever it is at the other store: refused and audited, and no gateway is asked',
    async (store, text) => {
      const before = askedSoFar();
      expect(await refusalOf(dealership.agents[store === 'bj01' ? 0 : 1], text)).toBe(403);
      const all = await waitFor('it to be audited', async () => {
        const found = await audits(`${text} `);
        return found.length > 0 ? found : null;
      });
      expect(all).toEqual([`${text} DIAL_FORBIDDEN`]);
      expect(askedSoFar()).toEqual(before);
    },
    30_000,
  );
});

describe('what may be spent', () => {
  test('two talks use it up, an unanswered call none of it: then phone and desk are refused, which is an alarm; help goes out', async () => {
    const [other, agent] = dealership.agents;
    const dialling = {
      ...{ store: OFTEN, person: { ...OFTEN, spendPerDay: 30 } },
      tariff: { ...FREE, mobile: 15 },
    };
    await apply((plan) => ({ ...plan, dialling }));
    const supervisor = await deskOf('chen');
    await talksBy(dealership, [near, agent], '13800000921');
    const since = near.sip.got.length;
    const unanswered = dials(dealership, agent, '13800000922');
    near.sip.answer(await newInvite(near, since), 486);
    expect(await isRefused(dealership, unanswered)).toBe(486);
    await dealership.allIsClosed();
    await talksBy(dealership, [near, agent], '13800000923');

    const before = near.sip.got.length;
    expect(await refusalOf(agent, '13800000924')).toBe(403);
    const desk = await deskOf('agent1');
    const asked = await desk.post('/api/calls', { number: '13800000924' });
    expect([asked.status, await asked.json()]).toMatchObject([429, { code: 'DIAL_LIMIT' }]);
    desk.close();
    const limit = await supervisor.next('alarm.raised', ({ data }) => data.code === 'DIAL_LIMIT');
    expect(limit.data.detail).toContain('person agent1: spend');
    supervisor.close();
    await waitFor('both to be audited', async () => (await audits('13800000924')).length === 2);
    expect(near.sip.got.length).toBe(before);

    const help = await talksBy(dealership, [near, agent], '120');
    expect(await isRecorded(dealership, help, [near, agent])).toBe('near');
    // It was his money alone.
    await talksBy(dealership, [near, other], '13800000925');
  }, 60_000);
});

describe('how gateways share the calls', () => {
  /**
   * Of so many calls a gateway of weight 4 beside one of weight 1 has 160, fewer than 131 or more than 187 once in 1.7
   * million runs; where nobody asks for the weights it has half of them, or all, or none.
   */
  const CALLS = 200;
  let heavy: Party;
  let light: Party;

  /** Each is busy at once. */
  beforeAll(async () => {
    [heavy, light] = [await party(CALLER_HZ, '127.0.0.1'), await party(CALLER_HZ, '127.0.0.1')];
    for (const { sip } of [heavy, light])
      sip.got.each((message) => message.method === 'INVITE' && sip.answer(message, 486));
  });

  afterAll(() => [heavy, light].forEach(isClosed));

  const callsAt = ({ sip }: Party) => {
    const invites = sip.got.all.filter(({ method }) => method === 'INVITE');
    return new Set(invites.map(({ callId }) => callId)).size;
  };

  const weighing = (gateway: Party, weight: number) => ({ address: addressOf(gateway), weight });

  test.each<[whose: string, trunks: () => Trunk[]]>([
    [
      'two of one trunk',
      () => [{ ...trunk('near'), to: [weighing(light, 1), weighing(heavy, 4)] }],
    ],
    [
      'those of two trunks',
      () => [
        { ...trunk('near', light), weight: 1 },
        { ...trunk('far', heavy), weight: 4 },
      ],
    ],
  ])(
    '%s have them by their weights, each call once',
    async (_whose, made) => {
      const trunks = made();
      await apply((plan) => ({
        ...{ ...plan, trunks },
        stores: plan.stores.map((one) => ({ ...one, trunks: trunks.map(({ id }) => id) })),
      }));
      const before = [callsAt(heavy), callsAt(light)] as const;
      for (let nth = 0; nth < CALLS; nth++)
        expect(await refusalOf(dealership.agents[0], '13800000931')).toBe(486);
      const [much, little] = [callsAt(heavy) - before[0], callsAt(light) - before[1]];
      expect(much + little).toBe(CALLS);
      expect([much, much >= 131 && much <= 187]).toEqual([much, true]);
      await dealership.allIsClosed();
    },
    60_000,
  );
});
