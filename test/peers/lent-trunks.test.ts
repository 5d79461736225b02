/**
 * Help by a trunk of another store: what a store of the same group lends for it carries the call when no way of the own
 * store takes it, under the own store's number; nothing else goes that way. The test's own sockets are the gateways.
 */
import type { SipMessage } from '../../sip/message/sip-message';
import { Dealership, party, type Party } from '../support/dealership';
import { CALLER_HZ } from '../support/desk-talk';
import { dials, isRecorded, isRefused, talksBy } from '../support/dialling';
import { PASSWORD, withSecondStore, type TestPlan } from '../support/plan';
import { startPushClient, type PushClient } from '../support/push-client';
import { waitFor } from '../support/wait';

const OURS = '01062345678';
const THEIRS = '02133334444';

let dealership: Dealership;
/** Of the caller's store, which takes no call. */
let own: Party;
/** Of the other one. */
let other: Party;
let supervisors: { ours: PushClient; theirs: PushClient };

/** `bj01`, where agent0 sits, has the trunk `own`; `sh01` has `other`, and lends it. */
const twoStores = (plan: TestPlan): TestPlan => {
  const two = withSecondStore(plan, 'agent1');
  const chen = two.people.filter(({ id }) => id === 'chen');
  const trunk = { channels: 10, watch: false };
  return {
    ...two,
    people: [...two.people, ...chen.map((one) => ({ ...one, id: 'zhou', store: 'sh01' }))],
    stores: two.stores.map((one) => ({
      ...{ ...one, group: 'north', emergency: ['110', '119'] },
      ...(one.id === 'bj01'
        ? { shows: OURS, trunks: ['own'] }
        : { shows: THEIRS, trunks: ['other'] }),
    })),
    trunks: [
      { id: 'own', from: ['127.0.0.1'], ...trunk, to: [`sip:127.0.0.1:${own.sip.port}`] },
      {
        ...{ id: 'other', from: ['127.0.0.2'], ...trunk, lendsForHelp: true },
        to: [`sip:127.0.0.2:${other.sip.port}`],
      },
    ],
  };
};

/** The plan of the beginning, changed. */
const apply = (change: (plan: TestPlan) => TestPlan) =>
  dealership.product.apply(change(structuredClone(dealership.plan)));

beforeAll(async () => {
  own = await party(1100, '127.0.0.1');
  other = await party(CALLER_HZ, '127.0.0.2');
  own.sip.got.each((message) => message.method === 'INVITE' && own.sip.answer(message, 503));
  dealership = await Dealership.open({}, twoStores);
  const desk = (user: string) =>
    startPushClient({ http: dealership.product.http, user, password: PASSWORD });
  supervisors = { ours: await desk('chen'), theirs: await desk('zhou') };
}, 90_000);

afterAll(async () => {
  for (const desk of Object.values(supervisors ?? {})) desk.close();
  await dealership?.close();
  for (const { sip, ear } of [own, other]) {
    sip.close();
    ear.close();
  }
}, 30_000);

const alarmsAt = ({ frames }: PushClient): string[] =>
  frames.all.flatMap((one) => (one.type === 'alarm.raised' ? [one.data.code] : []));

const userIn = (invite: SipMessage, header: string) =>
  /sip:([^@>]*)@/.exec(invite.get(header) ?? '')?.[1];

test('it goes where the other store lends, under the own store’s number, and its supervisor alone is alarmed', async () => {
  const [agent] = dealership.agents;
  const invite = await talksBy(dealership, [other, agent], '119');
  expect([userIn(invite, 'from'), invite.uri]).toEqual([OURS, expect.stringMatching(/^sip:119@/)]);
  expect(own.sip.count(({ method }) => method === 'INVITE')).toBe(1);
  expect(await isRecorded(dealership, invite, [other, agent])).toBe('other');
  await waitFor('both alarms', () => alarmsAt(supervisors.ours).length === 2);
  expect(alarmsAt(supervisors.ours)).toEqual(['EMERGENCY_CALL', 'EMERGENCY_REFUSED']);
  expect(alarmsAt(supervisors.theirs)).toEqual([]);
}, 30_000);

test.each<[what: string, number: string, change: (plan: TestPlan) => TestPlan]>([
  ['a customer’s number is not carried there', '13800000941', (plan) => plan],
  [
    'nor help, where the stores are of no one group',
    '119',
    (plan) => ({
      ...plan,
      stores: plan.stores.map(({ group: _group, ...one }) => one),
    }),
  ],
  [
    'nor help, where the trunk is not lent',
    '110',
    (plan) => ({
      ...plan,
      trunks: plan.trunks.map(({ lendsForHelp: _lends, ...one }) => one),
    }),
  ],
])(
  '%s: he is refused, and the other store’s gateway is not asked',
  async (_what, number, change) => {
    await apply(change);
    const before = other.sip.got.length;
    const asked = own.sip.got.length;
    const status = await isRefused(dealership, dials(dealership, dealership.agents[0], number));
    expect(status).toBeGreaterThanOrEqual(480);
    await dealership.allIsClosed();
    expect([own.sip.got.length > asked, other.sip.got.length]).toEqual([true, before]);
  },
  30_000,
);
