/**
 * A call rings at everybody, and one of the phones says nothing at all: sipp plays it and the caller, baresip is the
 * phones that ring.
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
import type { PushClient } from '../support/push-client';
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
import { waitFor } from '../support/wait';

const TALK: Ending = { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] };
const caller = calling(
  ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK'), waitsForTest],
  ...[asks('BYE', { cseq: 2 }), receives(200)],
);
const wakes = [ignores('INVITE'), waitsForTest];

needs('sipp', 'baresip')('who is rung together with a silent phone', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open((plan) => ({
      ...plan,
      // One offer that is counted as missed, and she is not ready any more.
      queues: plan.queues.map((one) => ({
        ...one,
        ...{ strategy: 'ring-all', ringSeconds: 5, missesToPause: 1 },
      })),
    }));
    await office.areReady(office.wang, office.li);
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  const withdrawn = async (desk: PushClient, from: number) =>
    (await desk.next('offer.withdrawn', () => true, { from, deadlineMs: 20_000 })).data.reason;

  const intents = async () =>
    Object.fromEntries(
      (
        await office.rows(
          "select agent_id, intent, reason from agent_state where agent_id in ('wang', 'li')",
        )
      ).map(({ agent_id, intent, reason }) => [agent_id, reason ?? intent]),
    );

  /** Of all three; one whose 200 came late ends last. */
  const legsOf = (number: string) =>
    waitFor('the legs to be written down', async () => {
      const legs = await office.rows(
        `select agent_id, end_cause from leg where role = 'agent' and call_id =
           (select id from call where from_number = '${number}') order by agent_id`,
      );
      return legs.length === 3 ? legs : null;
    });

  test.each([
    [
      'it wakes with 180 and gets CANCEL',
      '13800000701',
      [
        ...wakes,
        answersInvite(180),
        receives('CANCEL'),
        answers(200),
        answersInvite(487),
        receives('ACK'),
      ],
    ],
    [
      'it wakes with 200 and gets ACK and BYE',
      '13800000702',
      [...wakes, answersInvite(200, { sdp: true }), receives('ACK'), receives('BYE'), answers(200)],
    ],
  ])(
    'another one wins: %s, and nobody has missed anything',
    async (_how, number, script) => {
      const { wang, li } = office;
      const [silent] = await office.others(answering(...script));
      if (!silent) throw new Error('nobody else');
      const desk = await office.deskOf(silent.id);
      const [from, since, frames] = [
        wang.phone.events.length,
        li.phone.events.length,
        li.desk.frames.length,
      ];
      const far = await office.calls(caller, { from: number });
      await silent.sipp.logged(/^INVITE /m);
      await rings(li.phone, since);
      await picksUp(wang, from);
      await heardAtPhone(li, since);
      await talks(far, wang);
      await tell(silent);
      await wentAsWritten(silent);
      await talks(far, wang);
      await tell(far);
      await wentAsWritten(far);
      await heardAtPhone(wang, from, FAR_HZ);
      await office.ends(`+86${number}`, TALK);
      expect([await withdrawn(li.desk, frames), await withdrawn(desk, 0)]).toEqual([
        'taken',
        'taken',
      ]);
      desk.close();
      expect(await legsOf(`+86${number}`)).toEqual([
        { agent_id: 'li', end_cause: 'answered-elsewhere' },
        { agent_id: silent.id, end_cause: 'answered-elsewhere' },
        { agent_id: 'wang', end_cause: 'partner-left' },
      ]);
      expect(await intents()).toEqual({ wang: 'ready', li: 'ready' });
    },
    60_000,
  );

  test('nobody wins: all of them have missed it, the silent one too, and the caller goes on waiting', async () => {
    const { wang, li } = office;
    const [silent] = await office.others(answering(...wakes));
    if (!silent) throw new Error('nobody else');
    const desk = await office.deskOf(silent.id);
    const [from, since, frames] = [
      wang.phone.events.length,
      li.phone.events.length,
      li.desk.frames.length,
    ];
    const far = await office.calls(caller, { from: '13800000703' });
    await rings(wang.phone, from);
    await heardAtPhone(wang, from);
    await heardAtPhone(li, since);
    expect([await withdrawn(li.desk, frames), await withdrawn(desk, 0)]).toEqual([
      'missed',
      'missed',
    ]);
    desk.close();
    await far.sipp.logged(/SIP\/2.0 200 OK/);
    await tell(far);
    await wentAsWritten(far);
    await office.ends('+8613800000703', { outcome: 'left', cause: 'hangup', segments: [] });
    expect(await intents()).toEqual({ wang: 'missed-offers', li: 'missed-offers' });
  }, 60_000);
});
