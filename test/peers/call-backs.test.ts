/**
 * Who rang in vain is called back, as he and the telemarketer hear it: sipp is the customer and his carrier, what each
 * hears is measured at both ends and in the file.
 */
import { needs } from '../support/needs';
import {
  FAR_HZ,
  heardAtPhone,
  Office,
  OTHER_HZ,
  picksUp,
  rings,
  talks,
  tell,
  wentAsWritten,
  type FarEnd,
} from '../support/office';
import { likeness } from '../support/prompt-heard';
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

/** He waits, presses nothing, and leaves. */
const leaves = calling(
  ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')],
  ...[waitsForTest, asks('BYE', { cseq: 2 }), receives(200)],
);
/** His phone, when we call him: he hangs up in the end. */
const isReached = [
  ...[answersInvite(180), waitsForTest, answersInvite(200, { sdp: true }), receives('ACK')],
  ...[waitsForTest, asks('BYE'), receives(200)],
];

needs('sipp', 'baresip')('called back', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open();
    await office.areReady();
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  /** From now on, whatever else of the plan a story changes. */
  const sendsTo = ({ sipp }: FarEnd) => {
    for (const trunk of office.plan.trunks)
      Object.assign(trunk, { watch: false, to: [`sip:127.0.0.1:${sipp.port}`] });
    return office.apply((plan) => plan);
  };

  const promiseTo = async (number: string) =>
    (await office.rows(`select * from promise where number = '${number}'`))[0];

  /** Nobody is free for him: he is answered, waits, and is promised a call when he has gone. */
  async function ringsInVain(from: string): Promise<void> {
    await office.areReady();
    const caller = await office.calls(leaves, { from });
    await caller.sipp.logged(/^ACK sip/m);
    await tell(caller);
    await wentAsWritten(caller);
    await waitFor('his promise', async () => promiseTo(`+86${from}`));
  }

  /** The talk is closed, whoever called. */
  const isOver = (number: string) =>
    waitFor('the talk in the records', async () => {
      const closed = `'${number}' in (from_number, to_number) and state = 'closed' and outcome = 'talk'`;
      return (await office.rows(`select id from call where ${closed}`))[0];
    });

  /** At the end of all that was attempted. */
  const attemptsFor = async (number: string) =>
    office.rows(
      `select outcome, agent_id, dialled_at is not null as dialled, connected_at is not null as joined
         from attempt where number = '${number}' order by claimed_at`,
    );

  test('the telemarketer is told what it is, he sees the hotline’s number, and they talk', async () => {
    const number = '+8613800000901';
    const customer = await office.waits(answering(...isReached));
    await sendsTo(customer);
    await ringsInVain('13800000901');
    const [agent] = await office.others(
      answering(
        ...[answersInvite(200, { sdp: true }), receives('ACK'), receives('BYE'), answers(200)],
      ),
    );
    if (!agent) throw new Error('nobody came');
    const whisper = { language: 'zh-CN', prompt: 'whisper-callback' };
    await waitFor('him to be told', () => likeness(agent.ear.heard, whisper) > 0.9, 30_000);
    const [invite] = await customer.sipp.logged(/^INVITE [^]*?\r?\n\r?\n/m, 10_000);
    expect(invite).toMatch(/^INVITE sip:13800000901@/);
    expect(invite).toMatch(/^From:.*sip:400@/im);
    await tell(customer);
    await talks(customer, { hz: OTHER_HZ }, agent);
    expect(await promiseTo(number)).toMatchObject({ state: 'kept' });
    await tell(customer);
    await Promise.all([customer, agent].map(wentAsWritten));
    await isOver(number);
    await office.ends(number, {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, OTHER_HZ]] },
    });
    const ended = { outcome: 'talk', agent_id: agent.id, dialled: true, joined: true };
    await waitFor('its outcome', async () => (await attemptsFor(number))[0]?.['outcome']);
    expect(await attemptsFor(number)).toEqual([ended]);
    const metrics = await (await fetch(`${office.product.http}/metrics`)).text();
    expect(metrics).toContain('openline_attempts_total{store="bj01",outcome="talk"} 1\n');
    expect(metrics).toContain('openline_promises_ended_total{store="bj01",state="kept"} 1\n');
    expect(metrics).toContain('openline_calls_unclassified{store="bj01"} 1\n');
  }, 90_000);

  test('he rings himself while a telemarketer is rung for him: that one has his call', async () => {
    const number = '+8613800000902';
    const gateway = await office.waits(answering(answersInvite(486), receives('ACK')));
    await sendsTo(gateway);
    await ringsInVain('13800000902');
    const { phone, desk } = office.wang;
    const [first, frames] = [phone.events.length, desk.frames.length];
    await office.areReady(office.wang);
    await rings(phone, first);
    const offered = await desk.next('offer.created', () => true, { from: frames });
    expect(offered.data).toMatchObject({ from: number, callBack: { reason: 'abandoned' } });
    const again = phone.events.length;
    const caller = await office.calls(leaves, { from: '13800000902' });
    await picksUp(office.wang, again);
    await talks(caller, office.wang);
    const talking = phone.events.length;
    await tell(caller);
    await wentAsWritten(caller);
    await heardAtPhone(office.wang, talking, FAR_HZ);
    await isOver(number);
    await office.ends(number, { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] });
    expect(await promiseTo(number)).toMatchObject({ state: 'kept' });
    expect(await attemptsFor(number)).toMatchObject([{ outcome: 'crossed', dialled: false }]);
    expect(gateway.sipp.messages()).toBe('');
    await office.areReady();
  }, 90_000);

  test('the app is killed over the promise: he is called back all the same', async () => {
    const number = '+8613800000903';
    const customer = await office.waits(answering(...isReached));
    await sendsTo(customer);
    await ringsInVain('13800000903');
    const { app } = office.product.listening.pids;
    process.kill(app, 'SIGKILL');
    await office.product.restarted('app', app);
    const from = office.wang.phone.events.length;
    const desk = await office.deskOf('wang');
    await waitFor('her to be ready', async () => (await desk.post('/api/agents/me/ready')).ok);
    await picksUp(office.wang, from);
    await customer.sipp.logged(/^INVITE /m);
    await tell(customer);
    await talks(customer, office.wang);
    await tell(customer);
    await wentAsWritten(customer);
    await heardAtPhone(office.wang, from, FAR_HZ);
    await isOver(number);
    await office.ends(number, { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] });
    expect(await promiseTo(number)).toMatchObject({ state: 'kept' });
    desk.close();
  }, 90_000);
});
