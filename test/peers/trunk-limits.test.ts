/**
 * What a trunk's plan says that it bears: channels, of which some are left to callers, and calls in one second. sipp plays
 * carriers, customers and callers, baresip is the telemarketers' phone.
 */
import { needs } from '../support/needs';
import { withoutCallBacks, type TestPlan } from '../support/plan';
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
import {
  answering,
  answers,
  answersInvite,
  asks,
  calling,
  keepsSilent,
  progress,
  receives,
  waitsForTest,
} from '../support/sipp-script';
import { waitFor } from '../support/wait';

const TALK: Ending = { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] };
const REFUSED: Ending = { outcome: 'unanswered', cause: 'no-channel', segments: [] };

const talk = [answersInvite(200, { sdp: true }), receives('ACK')];
const isHungUp = [receives('BYE'), answers(200)];
const customer = answering(...talk, ...isHungUp);
/** Not so soon that those who wait for their turn are not all there. */
const busy = answering(answersInvite(180), keepsSilent(500), answersInvite(486), receives('ACK'));
const caller = calling(
  ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')],
  ...[waitsForTest, asks('BYE', { cseq: 2 }), receives(200)],
);

needs('sipp', 'baresip')('a trunk', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open(withoutCallBacks);
    await office.areReady();
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  type Limits = Pick<TestPlan['trunks'][number], 'channels' | 'cps' | 'reservedForInbound'>;

  /** The carrier has these limits; another one carries what it does not, if there is one. */
  const trunks = (limits: Limits, to: FarEnd, spare?: FarEnd) => {
    const at = ({ sipp }: FarEnd) => ({ watch: false, to: [`sip:127.0.0.1:${sipp.port}`] });
    const other = { id: 'spare', from: ['127.0.0.9'], channels: 9 };
    // Also for the telemarketers who come later.
    office.plan.trunks = [
      { id: 'carrier', from: ['127.0.0.1'], ...limits, ...at(to) },
      ...(spare ? [{ ...other, ...at(spare) }] : []),
    ];
    return office.apply((plan) => plan);
  };

  /** The phone rings for a call of its own. */
  async function dials({ desk, phone }: Telemarketer, number: string): Promise<number> {
    const from = phone.events.length;
    expect((await desk.post('/api/calls', { number })).status).toBe(200);
    return from;
  }

  async function calls(who: Telemarketer, number: string): Promise<number> {
    const from = await dials(who, number);
    await picksUp(who, from);
    return from;
  }

  const isAlarmed = (code: string, detail: string) =>
    waitFor(`the alarm ${code}`, async () => {
      const alarms = await office.rows(`select detail from alarm where code = '${code}'`);
      return alarms.some((one) => one['detail'] === detail);
    });

  const carrierOf = async (number: string) => {
    const [leg] = await office.rows(
      `select trunk_id from leg where role = 'outside' and call_id =
         (select id from call where to_number = '${number}')`,
    );
    return leg?.['trunk_id'];
  };

  test('leaves a channel to callers: hers is refused for want of one, his is answered, and what is free again is used', async () => {
    const { wang, li } = office;
    const first = await office.waits(customer);
    await trunks({ channels: 2, reservedForInbound: 1 }, first);
    const mine = await calls(wang, '13800000601');
    await talks(first, wang);
    // One channel is free, and kept for callers.
    const hers = await calls(li, '13800000602');
    await heardAtPhone(li, hers);
    await office.became('+8613800000602', REFUSED);
    expect(await carrierOf('+8613800000602')).toBeNull();

    await office.areReady(li);
    const since = li.phone.events.length;
    const one = await office.calls(caller, { from: '13800000603' });
    await picksUp(li, since);
    await talks(one, li);
    await isAlarmed('TRUNK_NEARLY_FULL', 'carrier: 2 of 2 channels');
    // No channel is left by our count, and he is a caller: he is answered.
    const next = await office.calls(caller, { from: '13800000604' });
    await next.sipp.logged(/SIP\/2.0 200 OK/);
    await tell(next);
    await tell(one);
    await Promise.all([one, next].map(wentAsWritten));
    await heardAtPhone(li, since, FAR_HZ);
    await office.became('+8613800000603', { ...TALK, segments: [[FAR_HZ, li.hz]] });
    await office.became('+8613800000604', { outcome: 'left', cause: 'hangup', segments: [] });
    await wang.phone.hangUp();
    await wentAsWritten(first);
    await heardAtPhone(wang, mine, FAR_HZ);
    await office.ends('+8613800000601', TALK);
    await isAlarmed('TRUNK_HAS_ROOM', 'carrier: 1 of 2 channels');

    await office.areReady();
    const again = await office.waits(customer);
    await trunks({ channels: 2, reservedForInbound: 1 }, again);
    const third = await calls(li, '13800000605');
    await talks(again, li);
    await li.phone.hangUp();
    await wentAsWritten(again);
    await heardAtPhone(li, third, FAR_HZ);
    await office.ends('+8613800000605', { ...TALK, segments: [[FAR_HZ, li.hz]] });
    expect(await carrierOf('+8613800000605')).toBe('carrier');
  }, 90_000);

  test('takes one call a second: two wait their turn, and who would wait too long is carried by the next trunk', async () => {
    const { wang } = office;
    const paced = await office.waits(busy, { calls: 3 });
    const spare = await office.waits(customer);
    await trunks({ channels: 60, cps: 1 }, paced, spare);
    const numbers = ['13800000611', '13800000612', '13800000613'];
    const phone = answering(answersInvite(180), waitsForTest, ...talk, ...isHungUp);
    const others = await office.others(...numbers.map(() => phone));
    for (const [i, { id, sipp }] of others.entries()) {
      const desk = await office.deskOf(id);
      await desk.post('/api/calls', { number: numbers[i] });
      desk.close();
      await sipp.logged(/180 Ringing/);
    }
    const from = await dials(wang, '13800000614');
    await rings(wang.phone, from);
    for (const other of others) await tell(other);
    // Whose phone was acknowledged is dialled for.
    await Promise.all(others.map(({ sipp }) => sipp.logged(/^ACK /m)));
    await wang.phone.accept();
    await talks(spare, wang);
    await Promise.all([paced, ...others].map(wentAsWritten));
    const [one, two, three] = invitesIn((await paced.sipp.done).messages) as [
      number,
      number,
      number,
    ];
    expect([two - one, three - two].map((ms) => ms > 700)).toEqual([true, true]);
    await wang.phone.hangUp();
    await wentAsWritten(spare);
    await heardAtPhone(wang, from, FAR_HZ);
    for (const number of numbers) {
      await office.became(`+86${number}`, { outcome: 'unanswered', cause: 'busy', segments: [] });
      expect(await carrierOf(`+86${number}`)).toBe('carrier');
    }
    await office.ends('+8613800000614', TALK);
    expect(await carrierOf('+8613800000614')).toBe('spare');
  }, 60_000);
});

/** When each call came to the gateway, in ms of the day: sipp writes the time before each message. */
function invitesIn(log: string): number[] {
  const received = /^-+ \S+ (\d+):(\d+):([\d.]+)\s+UDP message received[^\n]*\s+INVITE /gm;
  return [...log.matchAll(received)].map(
    ([, hours, minutes, seconds]) =>
      (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000,
  );
}
