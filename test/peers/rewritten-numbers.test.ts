/**
 * Numbers that a trunk's ordered rules rewrite: what a gateway is asked for, which hotline answers, and who is said to
 * call. sipp plays the carrier, baresip is the telemarketers' phone.
 */
import { needs } from '../support/needs';
import {
  FAR_HZ,
  heardAtPhone,
  Office,
  picksUp,
  rings,
  talks,
  tell,
  wentAsWritten,
  type Ending,
} from '../support/office';
import type { TestPlan } from '../support/plan';
import {
  answering,
  answers,
  answersInvite,
  asks,
  calling,
  progress,
  receives,
  waitsForTest,
} from '../support/sipp-script';

const talkWith = (hz: number): Ending => ({
  ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, hz]] },
});

const REWRITE = {
  called: [
    { match: '086|X.', replace: '', continue: true },
    { match: '10661|X', replace: '40' },
    // Only for what no rule before it has ended.
    { match: '40X', replace: '499' },
  ],
  in: [{ match: '9|1X.', replace: '' }],
  out: [
    { match: '|138.', replace: '0', continue: true },
    { match: '0|1X.', replace: '17909' },
    { match: '|1.', replace: '9' },
    { match: '|NXXXXXXX', replace: '8' },
  ],
};

/** The trunk has rules; the hotline 400 is Wang's, 401 Li's. */
function withRules(plan: TestPlan): TestPlan {
  const [sales] = plan.queues;
  const [hotline] = plan.hotlines;
  if (!sales || !hotline) throw new Error('the plan has no queue');
  return {
    ...plan,
    trunks: plan.trunks.map((one) => ({ ...one, area: '010', watch: false, rewrite: REWRITE })),
    queues: [sales, { ...sales, id: 'service' }],
    hotlines: [hotline, { ...hotline, number: '401', queue: 'service' }],
    people: plan.people.map((one) => (one.id === 'li' ? { ...one, queues: ['service'] } : one)),
  };
}

needs('sipp', 'baresip')('numbers that a trunk’s rules rewrite', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open(withRules);
    await office.areReady(office.wang, office.li);
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  test.each([
    [
      '13800000021',
      '+8613800000021',
      '1790913800000021',
      'the first rule goes on, the next one ends it',
    ],
    ['13900000022', '+8613900000022', '913900000022', 'two rules do not match, the third does'],
    ['01062340023', '+861062340023', '862340023', 'as it is dialled within its area'],
    ['110', '110', '110', 'help is dialled as it is'],
  ])(
    '%s is dialled (%s) as %s: %s',
    async (number, key, dialled) => {
      const { wang } = office;
      const gateway = await office.waits(
        answering(
          answersInvite(200, { sdp: true }),
          receives('ACK'),
          receives('BYE'),
          answers(200),
        ),
      );
      const to = [`sip:127.0.0.1:${gateway.sipp.port}`];
      await office.apply((plan) => ({
        ...plan,
        trunks: plan.trunks.map((one) => ({ ...one, to })),
      }));
      const from = wang.phone.events.length;
      await wang.phone.dial(`sip:${number}@openline`);
      await talks(gateway, wang);
      const asked = gateway.sipp.messages();
      expect(/^INVITE sip:([^@]*)@/m.exec(asked)?.[1]).toBe(dialled);
      expect(/^To: <?sip:([^@]*)@/im.exec(asked)?.[1]).toBe(dialled);
      await wang.phone.hangUp();
      await wentAsWritten(gateway);
      await heardAtPhone(wang, from, FAR_HZ);
      await office.ends(key, talkWith(wang.hz));
    },
    60_000,
  );

  test.each([
    ['086106610', 'wang', '400'],
    ['086106611', 'li', '401'],
  ] as const)(
    'who calls %s reaches %s by the hotline %s, and his own number is shown',
    async (number, id, hotline) => {
      const agent = office[id];
      const from = agent.phone.events.length;
      const caller = await office.calls(
        calling(
          ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK'), waitsForTest],
          ...[asks('BYE', { cseq: 2 }), receives(200)],
        ),
        { number, from: `91380000003${hotline.slice(-1)}` },
      );
      const key = `+861380000003${hotline.slice(-1)}`;
      const { peeruri } = await rings(agent.phone, from);
      expect(peeruri).toContain(key);
      await picksUp(agent, from);
      await talks(caller, agent);
      await tell(caller);
      await wentAsWritten(caller);
      await heardAtPhone(agent, from, FAR_HZ);
      await office.ends(key, talkWith(agent.hz));
      expect(
        await office.rows(`select hotline, agent_id from call where from_number = '${key}'`),
      ).toEqual([{ hotline, agent_id: id }]);
    },
    60_000,
  );

  test('a number that no hotline has by the rules is refused as unknown, and no phone rings', async () => {
    const before = [office.wang, office.li].map(({ phone }) => phone.events.length);
    const caller = await office.calls(
      calling(
        ...[asks('INVITE', { sdp: true }), receives(100, { optional: true }), receives(404)],
        asks('ACK', { likeInvite: true }),
      ),
      { number: '400', from: '13800000039' },
    );
    await wentAsWritten(caller);
    await office.nothingIsLeft();
    expect([office.wang, office.li].map(({ phone }) => phone.events.length)).toEqual(before);
  }, 60_000);
});
