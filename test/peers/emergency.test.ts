/**
 * Help is called by whoever sits at a phone, whatever else is going on at the carrier; what may not be dialled is refused
 * before anybody is asked. sipp plays the gateways, baresip is the phone.
 */
import { needs } from '../support/needs';
import {
  FAR_HZ,
  heardAtPhone,
  Office,
  OTHER_HZ,
  picksUp,
  talks,
  tell,
  wentAsWritten,
  type Ending,
  type FarEnd,
} from '../support/office';
import { withoutCallBacks } from '../support/plan';
import { waitFor } from '../support/wait';
import {
  answering,
  answers,
  answersInvite,
  asks,
  ignores,
  receives,
  waitsForTest,
} from '../support/sipp-script';

const TALK: Ending = { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] };

const talk = [answersInvite(200, { sdp: true }), receives('ACK')];
const isHungUp = [receives('BYE'), answers(200)];

needs('sipp', 'baresip')('help, and what may not be dialled', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open(withoutCallBacks);
    await office.areReady();
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  /** One channel for calls of ours, and these gateways in their order. */
  const gateways = (...ends: FarEnd[]) =>
    office.apply((plan) => ({
      ...plan,
      trunks: plan.trunks.map((trunk) => ({
        ...trunk,
        ...{ watch: false, channels: 1, reservedForInbound: 0 },
        to: ends.map(({ sipp }, priority) => ({ address: `sip:127.0.0.1:${sipp.port}`, priority })),
      })),
    }));

  test('a signed-out phone reaches it where the first gateway is full, and a customer makes room', async () => {
    const { wang, li } = office;
    const customer = await office.waits(answering(...talk, ...isHungUp), { hz: OTHER_HZ });
    await gateways(customer);
    const since = li.phone.events.length;
    await li.desk.post('/api/calls', { number: '13800000501' });
    await picksUp(li, since);
    await talks(customer, li);
    const full = await office.waits(answering(answersInvite(503), receives('ACK')));
    const help = await office.waits(answering(answersInvite(180), ...talk, ...isHungUp));
    await gateways(full, help);
    const supervisor = await office.deskOf('chen');
    const from = wang.phone.events.length;
    await wang.phone.dial('sip:110@openline');
    const alarm = await supervisor.next(
      'alarm.raised',
      ({ data }) => data.code === 'EMERGENCY_CALL',
    );
    expect(alarm.data.detail).toContain('110');
    await heardAtPhone(li, since, OTHER_HZ);
    await talks(help, wang);
    await wang.phone.hangUp();
    await Promise.all([full, help, customer].map(wentAsWritten));
    await heardAtPhone(wang, from, FAR_HZ);
    supervisor.close();
    await office.ends('110', TALK);
  }, 60_000);

  test('its 200 is late by a silent gateway, and crosses our CANCEL: the phone that gave up owes nothing', async () => {
    const { wang } = office;
    const silent = await office.waits(
      answering(ignores('INVITE'), waitsForTest, ...talk, ...isHungUp),
    );
    const crossing = await office.waits(
      answering(answersInvite(180), receives('CANCEL'), answers(200), ...talk, ...isHungUp),
    );
    await gateways(silent, crossing);
    await wang.phone.dial('sip:120@openline');
    await crossing.sipp.logged(/180 Ringing/);
    await tell(silent);
    await wentAsWritten(silent);
    await wang.phone.hangUp();
    await wentAsWritten(crossing);
    await office.ends('120', { outcome: 'unanswered', cause: 'hangup', segments: [] });
  }, 60_000);

  test('it hangs up, and both have put each other on hold before: recorded like any talk', async () => {
    const { wang } = office;
    const help = await office.waits(
      answering(
        ...[...talk, waitsForTest, asks('INVITE', { cseq: 1, sdp: 2, direction: 'sendonly' })],
        ...[receives(100, { optional: true }), receives(200), asks('ACK', { cseq: 1 })],
        ...[asks('BYE', { cseq: 2 }), receives(200)],
      ),
    );
    await gateways(help);
    const from = wang.phone.events.length;
    await wang.phone.dial('sip:119@openline');
    await talks(help, wang);
    await Promise.all([tell(help), wang.phone.hold()]);
    await wentAsWritten(help);
    await heardAtPhone(wang, from, FAR_HZ);
    await office.ends('119', TALK);
  }, 60_000);

  test.each([
    ['a premium number', '1259012345'],
    ['a foreign number', '0044201234567'],
  ])(
    '%s is refused at the phone and at the desk, and audited; no gateway is asked',
    async (_kind, number) => {
      const { wang } = office;
      const gateway = await office.waits(answering(...talk));
      await gateways(gateway);
      const from = wang.phone.events.length;
      await wang.phone.dial(`sip:${number}@openline`);
      const { param } = await wang.phone.events.next('403', ({ type }) => type === 'CALL_CLOSED', {
        from,
      });
      expect(param).toContain('403');
      const desk = await wang.desk.post('/api/calls', { number });
      expect([desk.status, await desk.json()]).toMatchObject([403, { code: 'DIAL_FORBIDDEN' }]);
      const audits = () =>
        office.rows(
          `select subject from audit where what = 'dial.refused' and subject like '%${number.slice(-8)}%'`,
        );
      await waitFor('both to be audited', async () => (await audits()).length === 2);
      expect(gateway.sipp.messages()).toBe('');
      await office.nothingIsLeft();
    },
    30_000,
  );

  test('a gateway that sends us on to a premium number is not followed, and that is audited', async () => {
    const { wang } = office;
    const headers = ['Contact: <sip:1259012345@127.0.0.1>'];
    const gateway = await office.waits(answering(answersInvite(302, { headers }), receives('ACK')));
    await gateways(gateway);
    const from = wang.phone.events.length;
    await wang.desk.post('/api/calls', { number: '13800000502' });
    await picksUp(wang, from);
    await wentAsWritten(gateway);
    await heardAtPhone(wang, from);
    await office.ends('+8613800000502', { outcome: 'unanswered', cause: 'declined', segments: [] });
    await waitFor('it to be audited', async () => {
      const audits = await office.rows("select id from audit where subject like '%DIVERSION'");
      return audits.length === 1;
    });
  }, 30_000);
});
