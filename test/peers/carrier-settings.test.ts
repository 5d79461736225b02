/**
 * What the plan says of a carrier and of whoever calls through it: in which header the caller stands, whom a fixed number
 * is, which number each store shows and how far numbers are dialled, what a carrier may not ask for, how much may be
 * dialled, and how full it is. sipp plays the carrier, baresip is the telemarketers' phone.
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
  type FarEnd,
  type Telemarketer,
} from '../support/office';
import { withSecondStore, type TestPlan } from '../support/plan';
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
import { waitFor } from '../support/wait';

const talkWith = ({ hz }: Telemarketer): Ending => ({
  ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, hz]] },
});

const caller = (headers: string[] = []) =>
  calling(
    ...[asks('INVITE', { sdp: true, headers }), progress, receives(200), asks('ACK'), waitsForTest],
    ...[asks('BYE', { cseq: 2 }), receives(200)],
  );

const customer = answering(
  ...[answersInvite(200, { sdp: true }), receives('ACK'), receives('BYE'), answers(200)],
);

/** Wang is of 北京一店, Li of another store; each store has a number of its own, and the carrier is one of Beijing. */
function asWanted(plan: TestPlan): TestPlan {
  const two = withSecondStore(plan, 'li');
  return {
    ...two,
    stores: two.stores.map((one) => ({
      ...one,
      shows: one.id === 'bj01' ? '01011112222' : '02133334444',
    })),
    trunks: two.trunks.map((one) => ({
      ...{ ...one, watch: false, area: '010', localMobiles: ['138'] },
      ...{ callerId: ['diversion', 'pai', 'from'], prefixes: ['8899'] },
    })),
  };
}

needs('sipp', 'baresip')('what the plan says of a carrier', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open(asWanted);
    await office.areReady(office.wang);
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  const through = (gateway: FarEnd, more: Partial<TestPlan> = {}) =>
    office.apply((plan) => ({
      ...plan,
      ...more,
      trunks: plan.trunks.map((one) => ({ ...one, to: [`sip:127.0.0.1:${gateway.sipp.port}`] })),
    }));

  /** Wang's phone shows that number, and they talk. */
  async function talksOnce(who: { from: string; headers: string[]; key: string }): Promise<void> {
    const { wang } = office;
    const since = wang.phone.events.length;
    const far = await office.calls(caller(who.headers), { from: who.from });
    expect((await rings(wang.phone, since)).peeruri).toContain(who.key);
    await picksUp(wang, since);
    await talks(far, wang);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(wang, since, FAR_HZ);
    await office.ends(who.key, talkWith(wang));
  }

  const ASSERTED = 'P-Asserted-Identity: <sip:13800000712@carrier>';
  const DIVERSION = 'Diversion: <sip:13800000713@carrier>;reason=unconditional';

  test.each([
    ['From', '13800000711', [], '+8613800000711'],
    ['what is asserted', '13800000799', [ASSERTED], '+8613800000712'],
    ['the diversion before both', '13800000799', [ASSERTED, DIVERSION], '+8613800000713'],
    ['From, without what a 400 platform puts before it', '889913800000714', [], '+8613800000714'],
    ['From, a number of its own area', '62340715', [], '+861062340715'],
  ])(
    'who calls is known by %s: his number is at her phone and in the record',
    (_by, from, headers, key) => talksOnce({ from, headers, key }),
    30_000,
  );

  test('a fixed number is nobody’s until she confirms whose it is; then its next call is his', async () => {
    const { wang } = office;
    const key = '+861062340721';
    const leadOf = async (nth: number): Promise<unknown> => {
      await talksOnce({ from: '01062340721', headers: [], key });
      const rows = await waitFor('the call to be written', async () => {
        const all = await office.rows(
          `select lead_id from call where from_number = '${key}' order by arrived_at`,
        );
        return all.length === nth ? all : null;
      });
      return rows.at(-1)?.['lead_id'];
    };
    const [first, second] = [await leadOf(1), await leadOf(2)];
    expect(second).not.toBe(first);
    const confirmed = await wang.desk.post(`/api/leads/${String(first)}/confirm-number`);
    expect(confirmed.status).toBe(204);
    await waitFor('it to be looked up by', async () => {
      const rows = await office.rows(
        `select lead_id from confirmed_number where number = '${key}'`,
      );
      return rows[0]?.['lead_id'] === first;
    });
    expect(await leadOf(3)).toBe(first);
  }, 60_000);

  test.each([
    ['wang', '13800000731', '13800000731', '01011112222'],
    ['li', '13900000732', '013900000732', '02133334444'],
  ] as const)(
    '%s calls %s, which is dialled as %s, and is shown as the own store’s number %s',
    async (id, number, dialled, shown) => {
      const agent = office[id];
      const gateway = await office.waits(customer);
      await through(gateway);
      const from = agent.phone.events.length;
      await agent.phone.dial(`sip:${number}@openline`);
      await talks(gateway, agent);
      const asked = gateway.sipp.messages();
      const userOf = (header: RegExp) => header.exec(asked)?.[1];
      expect([
        userOf(/^INVITE sip:([^@]*)@/m),
        userOf(/^From: [^\n]*sip:([^@]*)@/im),
        userOf(/^P-Asserted-Identity: [^\n]*sip:([^@]*)@/im),
      ]).toEqual([dialled, shown, shown]);
      await agent.phone.hangUp();
      await wentAsWritten(gateway);
      await heardAtPhone(agent, from, FAR_HZ);
      await office.ends(`+86${number}`, talkWith(agent));
    },
    30_000,
  );

  test('a carrier that sends her on to a premium number is refused (403), audited, and they talk on', async () => {
    const { wang } = office;
    const from = wang.phone.events.length;
    const far = await office.calls(
      calling(
        ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK'), waitsForTest],
        asks('REFER', { cseq: 2, headers: ['Refer-To: <sip:1259012345@openline>'] }),
        ...[receives(403), waitsForTest, asks('BYE', { cseq: 3 }), receives(200)],
      ),
      { from: '13800000741' },
    );
    await picksUp(wang, from);
    await talks(far, wang);
    await tell(far);
    await far.sipp.logged(/SIP\/2.0 403/);
    await talks(far, wang);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(wang, from, FAR_HZ);
    await office.ends('+8613800000741', talkWith(wang));
    expect(
      await office.rows(`select who, what from audit where subject like '%1259012345%'`),
    ).toEqual([{ who: 'carrier', what: 'dial.refused' }]);
  }, 30_000);

  test('she may neither ask a premium number nor have her phone send him there (403): no trunk is asked, both audited', async () => {
    const { wang } = office;
    await office.areReady(wang);
    const [from, number] = [wang.phone.events.length, '1259012347'];
    const heldOn = [asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')];
    const far = await office.calls(calling(...heldOn, receives('BYE'), answers(200)), {
      from: '13800000742',
    });
    await picksUp(wang, from);
    await talks(far, wang);
    const audits = () => office.rows(`select who from audit where subject like '%${number}%'`);
    const [call] = await office.rows(
      `select id from call where from_number = '+8613800000742' and state <> 'closed'`,
    );
    const asked = await wang.desk.post(`/api/calls/${String(call?.['id'])}/consult`, { number });
    expect([asked.status, await asked.json()]).toMatchObject([403, { code: 'DIAL_FORBIDDEN' }]);
    await waitFor('the desk to be audited', async () => (await audits()).length === 1);
    await talks(far, wang);
    // baresip hangs up when its transfer is refused.
    await wang.phone.transfer(`sip:${number}@openline`);
    await wentAsWritten(far);
    expect(wang.phone.log()).toContain('transfer failed: 403');
    await waitFor('the REFER to be audited', async () => (await audits()).length === 2);
    expect(await audits()).toEqual([{ who: 'wang' }, { who: 'wang' }]);
    await heardAtPhone(wang, from, FAR_HZ);
    await office.ends('+8613800000742', talkWith(wang));
    expect(await office.rows(`select id from call where to_number like '%${number}'`)).toEqual([]);
  }, 30_000);

  test('who dials more than she may is refused at phone and desk, which is an alarm; help she may call', async () => {
    const { wang } = office;
    await office.areReady();
    const supervisor = await office.deskOf('chen');
    const busy = await office.waits(answering(answersInvite(486), receives('ACK')));
    // She has called once before.
    const dialling = { person: { perHour: 2 } };
    await through(busy, { dialling });
    const dials = async (number: string) => {
      const from = wang.phone.events.length;
      await wang.phone.dial(`sip:${number}@openline`);
      const ended = ({ type }: { type: string }) => type === 'CALL_CLOSED';
      return (await wang.phone.events.next('the end', ended, { from })).param;
    };
    expect(await dials('13800000751')).toContain('486');
    await wentAsWritten(busy);
    const help = await office.waits(customer);
    await through(help, { dialling });
    expect(await dials('13800000752')).toContain('403');
    const desk = await wang.desk.post('/api/calls', { number: '13800000753' });
    expect([desk.status, await desk.json()]).toMatchObject([429, { code: 'DIAL_LIMIT' }]);
    const isLimit = ({ data }: { data: { code: string } }) => data.code === 'DIAL_LIMIT';
    expect((await supervisor.next('alarm.raised', isLimit)).data.detail).toContain('person wang');
    const from = wang.phone.events.length;
    await wang.phone.dial('sip:120@openline');
    await talks(help, wang);
    await wang.phone.hangUp();
    await wentAsWritten(help);
    await heardAtPhone(wang, from, FAR_HZ);
    await office.ends('120', talkWith(wang));
    const audits = () =>
      office.rows(`select subject from audit where subject like '%DIAL_LIMIT' order by subject`);
    await waitFor('both to be audited', async () => (await audits()).length === 2);
    // Once, however often she tries.
    expect(
      supervisor.frames.all.filter((one) => one.type === 'alarm.raised' && isLimit(one as never)),
    ).toHaveLength(1);
    supervisor.close();
  }, 60_000);

  test('how full it is: used, the day’s peak, and the alarm of 80 % while it stands; the peak outlives the app', async () => {
    const { wang, product } = office;
    await office.apply((plan) => ({
      ...plan,
      trunks: plan.trunks.map((one) => ({ ...one, channels: 1 })),
    }));
    await office.areReady(wang);
    const view = async () => {
      const supervisor = await office.deskOf('chen');
      const { items } = (await (await supervisor.get('/api/trunks')).json()) as {
        items: Record<string, unknown>[];
      };
      supervisor.close();
      return items[0];
    };
    const from = wang.phone.events.length;
    const far = await office.calls(caller(), { from: '13800000761' });
    await picksUp(wang, from);
    await talks(far, wang);
    expect(await view()).toMatchObject({ channels: 1, used: 1, nearlyFull: true });
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(wang, from, FAR_HZ);
    await office.ends('+8613800000761', talkWith(wang));
    const after = await view();
    expect(after).toMatchObject({ used: 0, nearlyFull: false });
    const killed = product.listening.pids.app;
    process.kill(killed, 'SIGKILL');
    await product.restarted('app', killed);
    const { peak } = after ?? {};
    expect(peak).toBeGreaterThan(0);
    expect(await view()).toMatchObject({ used: 0, peak });
  }, 60_000);
});
