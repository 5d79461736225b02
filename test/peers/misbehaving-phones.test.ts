/**
 * Phones of ours that refuse, come late or leave in the wrong moment, and transfers by REFER that somebody upsets on
 * the way. Two telemarketers have baresip, the third one's phone and the callers are sipp's.
 */
import { hearsMusic } from '../support/desk-talk';
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
  type Ending,
  type Other,
} from '../support/office';
import { waitFor } from '../support/wait';
import {
  answering,
  answers,
  answersInvite,
  asks,
  calling,
  ignores,
  progress,
  receives,
  waitsForTest,
} from '../support/sipp-script';

const RING_SECONDS = 5;
/** A hotline that plays a notice of two seconds before it joins anybody. */
const WITH_NOTICE = '4009';
const TALK: Ending = { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] };
const SENT_ON: Ending = {
  ...TALK,
  segments: [
    [FAR_HZ, 600],
    [FAR_HZ, 700],
  ],
};

const takesCall = [asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')];
const hangsUp = (cseq: number) => [waitsForTest, asks('BYE', { cseq }), receives(200)];
const caller = calling(...takesCall, ...hangsUp(2));
const picksUpLate = [answersInvite(200, { sdp: true }), receives('ACK')];
const isHungUp = [receives('BYE'), answers(200)];

needs('sipp', 'baresip')('phones that misbehave', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open((plan) => ({
      ...plan,
      queues: plan.queues.map((queue) => ({ ...queue, ringSeconds: RING_SECONDS })),
      hotlines: plan.hotlines.flatMap((one) => [
        one,
        { ...one, number: WITH_NOTICE, notice: 'default' },
      ]),
    }));
    await office.areReady();
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  afterEach(async () => {
    await office.others();
    await office.areReady();
  });

  test('busy, declining, away, sending us elsewhere: each is told why, and the next one has the talk', async () => {
    const elsewhere = ['Contact: <sip:1259012345@127.0.0.1>'];
    const says = (status: number, headers: string[] = []) =>
      answering(answersInvite(180), answersInvite(status, { headers }), receives('ACK'));
    const others = await office.others(says(486), says(603), says(480), says(302, elsewhere));
    const desks = await Promise.all(others.map(({ id }) => office.deskOf(id)));
    const from = office.wang.phone.events.length;
    const far = await office.calls(caller, { from: '13800000300' });
    const told = await Promise.all(desks.map((desk) => desk.next('offer.withdrawn')));
    const causes = ['busy', 'declined', 'unavailable', 'declined'];
    expect(told.map(({ data }) => data)).toMatchObject(causes.map((cause) => ({ cause })));
    await office.areReady(office.wang);
    await picksUp(office.wang, from);
    await talks(far, office.wang);
    await tell(far);
    await Promise.all([...others, far].map(wentAsWritten));
    await heardAtPhone(office.wang, from, FAR_HZ);
    await office.ends('+8613800000300', TALK);
    for (const desk of desks) desk.close();
  }, 60_000);

  const isTalking = (number: string, agentId: string) =>
    waitFor('the pick-up to be seen', async () => {
      const [call] = await office.rows(`select state, agent_id, talk_started_at
        from call where from_number = '${number}'`);
      return call?.['state'] === 'talking' && call['agent_id'] === agentId;
    });

  const pickUps = (agentId: string) =>
    office.rows(`select id from leg where agent_id = '${agentId}' and answered_at is not null`);

  const whoTook = (number: string) =>
    office.rows(`select agent_id,
      (select count(*)::int from promise p where p.number = c.from_number) as promises,
      (select array_agg(f.agent_id) from call_form f where f.call_id = c.id) as forms
      from call c where from_number = '${number}'`);

  test.each([
    ['at once', []],
    ['in the notice', [waitsForTest]],
  ])(
    'that picks up and hangs up %s: the caller waits on, and the next one has the talk',
    async (_, first) => {
      const [phone] = (await office.others(
        answering(...picksUpLate, ...first, asks('BYE'), receives(200)),
      )) as [Other];
      const from = office.wang.phone.events.length;
      const number = `+861380000030${first.length === 0 ? 1 : 7}`;
      const far = await office.calls(caller, { from: number.slice(3), number: WITH_NOTICE });
      if (first.length > 0) {
        await isTalking(number, phone.id);
        await tell(phone);
      }
      await wentAsWritten(phone);
      far.ear.talkTo(await far.sipp.heardSdp());
      await hearsMusic(far.ear);
      await office.areReady(office.wang);
      await picksUp(office.wang, from);
      await talks(far, office.wang);
      // The notice came first, and he is to be heard for long enough.
      await talks(far, office.wang);
      await tell(far);
      await wentAsWritten(far);
      await heardAtPhone(office.wang, from, FAR_HZ);
      // Each pick-up has its file; at once his 200 may be taken back before it is one.
      const inVain = (await pickUps(phone.id)).map((): [number, number] => [0, 0]);
      expect(inVain.length).toBeGreaterThanOrEqual(first.length);
      await office.ends(number, { ...TALK, segments: [...inVain, ...TALK.segments] });
      expect(await whoTook(number)).toEqual([{ agent_id: 'wang', promises: 0, forms: ['wang'] }]);
    },
    60_000,
  );

  test('her transfer goes to a phone that is silent: he is served by who is free, and its late 200 gets ACK and BYE', async () => {
    const { wang, li } = office;
    const [from, since] = [wang.phone.events.length, li.phone.events.length];
    await office.areReady(wang);
    const far = await office.calls(caller, { from: '13800000302' });
    await picksUp(wang, from);
    await talks(far, wang);
    const [silent] = (await office.others(
      answering(ignores('INVITE'), waitsForTest, ...picksUpLate, ...isHungUp),
    )) as [Other];
    await wang.phone.transfer(`sip:${silent.id}@openline`);
    await silent.sipp.logged(/INVITE/);
    await office.areReady(li);
    await picksUp(li, since);
    await talks(far, li);
    await tell(silent);
    await wentAsWritten(silent);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(wang, from, FAR_HZ);
    await heardAtPhone(li, since, FAR_HZ);
    await office.ends('+8613800000302', SENT_ON);
  }, 60_000);

  test('whom she sends him to picks up late, while he changes his media: they hear each other', async () => {
    const { wang, li } = office;
    const [from, since] = [wang.phone.events.length, li.phone.events.length];
    await office.areReady(wang);
    const reinvite = [asks('INVITE', { cseq: 2, sdp: 2 }), receives(100, { optional: true })];
    const far = await office.calls(
      calling(
        ...[...takesCall, waitsForTest, ...reinvite, receives(200), asks('ACK', { cseq: 2 })],
        ...hangsUp(3),
      ),
      { from: '13800000303' },
    );
    await picksUp(wang, from);
    await talks(far, wang);
    await office.areReady(wang, li);
    await wang.phone.hold();
    await wang.phone.transfer('sip:8002@openline');
    await rings(li.phone, since);
    await tell(far);
    await far.sipp.logged(/CSeq: 2 ACK/);
    await hearsMusic(far.ear);
    await picksUp(li, since);
    await talks(far, li);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(wang, from, FAR_HZ);
    await heardAtPhone(li, since, FAR_HZ);
    await office.ends('+8613800000303', SENT_ON);
  }, 60_000);

  test('she hangs up in mid-transfer: he is rung for on, and they talk', async () => {
    const { wang, li } = office;
    const [from, since] = [wang.phone.events.length, li.phone.events.length];
    await office.areReady(wang);
    const far = await office.calls(caller, { from: '13800000304' });
    await picksUp(wang, from);
    await talks(far, wang);
    await office.areReady(wang, li);
    await wang.phone.transfer('sip:li@openline');
    await rings(li.phone, since);
    await wang.phone.hangUp();
    await heardAtPhone(wang, from, FAR_HZ);
    await picksUp(li, since);
    await talks(far, li);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(li, since, FAR_HZ);
    await office.ends('+8613800000304', SENT_ON);
  }, 60_000);

  test('he hangs up in mid-transfer, and the 200 of whom he was sent to crosses our CANCEL', async () => {
    const { wang } = office;
    const from = wang.phone.events.length;
    await office.areReady(wang);
    const far = await office.calls(caller, { from: '13800000305' });
    await picksUp(wang, from);
    await talks(far, wang);
    const [crossing] = (await office.others(
      answering(
        ...[answersInvite(180), receives('CANCEL'), answers(200), ...picksUpLate, ...isHungUp],
      ),
    )) as [Other];
    await wang.phone.transfer(`sip:${crossing.id}@openline`);
    await crossing.sipp.logged(/180 Ringing/);
    await tell(far);
    await Promise.all([far, crossing].map(wentAsWritten));
    await heardAtPhone(wang, from, FAR_HZ);
    await office.ends('+8613800000305', { ...TALK, outcome: 'left' });
  }, 60_000);

  test('whose NOTIFYs nobody answers: it gets its BYE all the same, and he talks to whom he was sent', async () => {
    const { li } = office;
    const since = li.phone.events.length;
    const [phone] = (await office.others(
      answering(
        ...[...picksUpLate, waitsForTest],
        ...[asks('REFER', { headers: ['Refer-To: <sip:li@openline>'] }), receives(202)],
        ...[ignores('NOTIFY'), receives('BYE'), answers(200)],
      ),
    )) as [Other];
    const far = await office.calls(caller, { from: '13800000306' });
    await talks(far, { hz: OTHER_HZ }, phone);
    await office.areReady(li);
    await tell(phone);
    await picksUp(li, since);
    await talks(far, li);
    await wentAsWritten(phone);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(li, since, FAR_HZ);
    const segments: Ending['segments'] = [
      [FAR_HZ, OTHER_HZ],
      [FAR_HZ, 700],
    ];
    await office.ends('+8613800000306', { ...TALK, segments });
  }, 60_000);
});
