/**
 * Calls to customers through a carrier whose gateways misbehave: sipp plays the gateways, baresip is the
 * telemarketer's phone, and what each hears is measured at both ends and in the file.
 */
import { needs } from '../support/needs';
import {
  FAR_HZ,
  heardAtPhone,
  Office,
  picksUp,
  rings,
  speaks,
  talks,
  tell,
  wentAsWritten,
  type Ending,
  type FarEnd,
} from '../support/office';
import { withoutCallBacks } from '../support/plan';
import {
  answering,
  answers,
  answersInvite,
  asks,
  ignores,
  receives,
  waitsForTest,
} from '../support/sipp-script';

/** What an operator plays before the answer. */
const OPERATOR_HZ = 425;
const TALK: Ending = { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] };

const talk = [answersInvite(200, { sdp: true }), receives('ACK')];
const isHungUp = [receives('BYE'), answers(200)];
const reliably = { headers: ['Require: 100rel', 'RSeq: 7'], sdp: true as const };
const hangsUp = [asks('BYE'), receives(200)];

needs('sipp', 'baresip')('calls through a carrier', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open(withoutCallBacks);
    await office.areReady();
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  /** The carrier has these gateways, each for when those before it fail. */
  const gateways = (...ends: FarEnd[]) =>
    office.apply((plan) => ({
      ...plan,
      trunks: plan.trunks.map((trunk) => ({
        ...trunk,
        watch: false,
        to: ends.map(({ sipp }, priority) => ({ address: `sip:127.0.0.1:${sipp.port}`, priority })),
      })),
    }));

  /** She calls from her desk, and has picked up her phone. */
  async function calls(number: string, who = office.wang): Promise<{ from: number; id: string }> {
    const from = who.phone.events.length;
    const answer = await who.desk.post('/api/calls', { number });
    expect(answer.status).toBe(200);
    await picksUp(who, from);
    return { from, id: ((await answer.json()) as { id: string }).id };
  }

  const legTo = async (number: string) =>
    (
      await office.rows(
        `select trunk_id, sip_status, q850, end_cause from leg where trunk_id is not null and call_id =
           (select id from call where to_number = '${number}')`,
      )
    )[0];

  test('the first gateway is silent and answers when the second one talks: it gets ACK and BYE', async () => {
    const late = await office.waits(
      answering(ignores('INVITE'), waitsForTest, ...talk, ...isHungUp),
    );
    const good = await office.waits(answering(answersInvite(180), ...talk, ...isHungUp));
    await gateways(late, good);
    const { from } = await calls('13800000101');
    await talks(good, office.wang);
    await tell(late);
    await wentAsWritten(late);
    await talks(good, office.wang);
    await office.wang.phone.hangUp();
    await wentAsWritten(good);
    await heardAtPhone(office.wang, from, FAR_HZ);
    await office.ends('+8613800000101', TALK);
  }, 60_000);

  test('the first gateway is full (503, cause 34): the next one carries the talk', async () => {
    const headers = ['Reason: Q.850;cause=34'];
    const full = await office.waits(answering(answersInvite(503, { headers }), receives('ACK')));
    const good = await office.waits(answering(...talk, waitsForTest, ...hangsUp));
    await gateways(full, good);
    const { from } = await calls('13800000102');
    await talks(good, office.wang);
    await tell(good);
    await Promise.all([full, good].map(wentAsWritten));
    await heardAtPhone(office.wang, from, FAR_HZ);
    await office.ends('+8613800000102', TALK);
  }, 60_000);

  test('he is busy: nobody else is asked, and the operator’s cause is kept', async () => {
    const headers = ['Reason: Q.850;cause=17'];
    const busy = await office.waits(
      answering(
        answersInvite(183, { sdp: true }),
        waitsForTest,
        answersInvite(486, { headers }),
        receives('ACK'),
      ),
    );
    const other = await office.waits(answering(...talk));
    await gateways(busy, other);
    const { from } = await calls('13800000103');
    await speaks(busy);
    await tell(busy);
    await wentAsWritten(busy);
    await heardAtPhone(office.wang, from, FAR_HZ);
    await office.ends('+8613800000103', { outcome: 'unanswered', cause: 'busy', segments: [] });
    expect(await legTo('+8613800000103')).toMatchObject({
      ...{ trunk_id: 'carrier', sip_status: 486, q850: 17, end_cause: 'busy' },
    });
    expect(other.sipp.messages()).toBe('');
  }, 60_000);

  test('sound before the answer, reliably, and moved by UPDATE: she hears it, then him', async () => {
    const early = await office.waits(
      answering(
        ...[answersInvite(183, reliably), receives('PRACK'), answers(200), waitsForTest],
        ...[asks('UPDATE', { sdp: 2 }), receives(200), answersInvite(200), receives('ACK')],
        ...[waitsForTest, asks('BYE', { cseq: 2 }), receives(200)],
      ),
    );
    await gateways(early);
    const { from } = await calls('13800000104');
    await speaks(early);
    early.ear.tone = OPERATOR_HZ;
    await speaks(early);
    early.ear.tone = FAR_HZ;
    await tell(early);
    await talks(early, office.wang);
    await tell(early);
    await wentAsWritten(early);
    await heardAtPhone(office.wang, from, OPERATOR_HZ, FAR_HZ);
    await office.ends('+8613800000104', TALK);
  }, 60_000);

  test('she hangs up while it rings, and his 200 crosses our CANCEL: it gets ACK and BYE', async () => {
    const crossing = await office.waits(
      answering(...[answersInvite(180), receives('CANCEL'), answers(200), ...talk, ...isHungUp]),
    );
    await gateways(crossing);
    await calls('13800000105');
    await crossing.sipp.logged(/180 Ringing/);
    await office.wang.phone.hangUp();
    await wentAsWritten(crossing);
    await office.ends('+8613800000105', {
      ...{ outcome: 'unanswered', cause: 'hangup', segments: [] },
    });
  }, 60_000);

  test('he hangs up in mid-transfer: the colleague’s phone stops ringing', async () => {
    await office.areReady(office.li);
    const far = await office.waits(answering(...talk, waitsForTest, ...hangsUp));
    await gateways(far);
    const since = office.li.phone.events.length;
    const { from, id } = await calls('13800000106');
    await talks(far, office.wang);
    const to = { agent: 'li' };
    expect((await office.wang.desk.post(`/api/calls/${id}/transfer`, { to })).status).toBe(200);
    await rings(office.li.phone, since);
    await heardAtPhone(office.wang, from, FAR_HZ);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(office.li, since);
    await office.ends('+8613800000106', { ...TALK, outcome: 'left' });
    await office.areReady();
  }, 60_000);

  test('both put the other on hold in one moment, and take him back: they hear each other again', async () => {
    const far = await office.waits(
      answering(
        ...[...talk, waitsForTest, ...reinvites(1, 'sendonly'), waitsForTest],
        ...[...reinvites(2, 'sendrecv'), waitsForTest, asks('BYE', { cseq: 3 }), receives(200)],
      ),
    );
    await gateways(far);
    const { from } = await calls('13800000107');
    await talks(far, office.wang);
    await Promise.all([tell(far), office.wang.phone.hold()]);
    await far.sipp.logged(/CSeq: 1 ACK/);
    await Promise.all([tell(far), office.wang.phone.resume()]);
    await far.sipp.logged(/CSeq: 2 ACK/);
    await talks(far, office.wang);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(office.wang, from, FAR_HZ);
    await office.ends('+8613800000107', TALK);
  }, 60_000);

  test('the only channel is taken: the next trunk carries the second talk', async () => {
    const [one, other] = await Promise.all([
      office.waits(answering(...talk, ...isHungUp)),
      office.waits(answering(...talk, ...isHungUp), { hz: 500 }),
    ]);
    const at = ({ sipp }: FarEnd) => ({ watch: false, to: [`sip:127.0.0.1:${sipp.port}`] });
    await office.apply((plan) => ({
      ...plan,
      trunks: [
        { id: 'carrier', from: ['127.0.0.1'], channels: 1, reservedForInbound: 0, ...at(one) },
        { id: 'spare', from: ['127.0.0.9'], channels: 9, ...at(other) },
      ],
    }));
    const first = await calls('13800000108');
    await talks(one, office.wang);
    const second = await calls('13800000109', office.li);
    await talks(other, office.li);
    await office.wang.phone.hangUp();
    await office.li.phone.hangUp();
    await Promise.all([one, other].map(wentAsWritten));
    await heardAtPhone(office.wang, first.from, FAR_HZ);
    await heardAtPhone(office.li, second.from, 500);
    await office.ends('+8613800000108', TALK);
    await office.ends('+8613800000109', { ...TALK, segments: [[500, office.li.hz]] });
    expect(await legTo('+8613800000109')).toMatchObject({ trunk_id: 'spare' });
  }, 60_000);
});

const reinvites = (cseq: number, direction: string) => [
  asks('INVITE', { cseq, sdp: cseq + 1, direction }),
  receives(100, { optional: true }),
  receives(200),
  asks('ACK', { cseq }),
];
