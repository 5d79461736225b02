/**
 * A caller of one store is handed to somebody of another by a consultation at the desk: what the three of them hear on the
 * way, what is in each file, and whose the call and its files are. sipp plays the caller, baresip is both phones.
 */
import { needs } from '../support/needs';
import {
  FAR_HZ,
  heardAtPhone,
  Office,
  picksUp,
  talks,
  tell,
  wentAsWritten,
} from '../support/office';
import { withSecondStore } from '../support/plan';
import { asks, calling, progress, receives, waitsForTest } from '../support/sipp-script';
import { loudness, toneShare } from '../support/tone';

const caller = calling(
  ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK'), waitsForTest],
  ...[asks('BYE', { cseq: 2 }), receives(200)],
);

needs('sipp', 'baresip')('a caller who is handed to another store', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open((plan) => withSecondStore(plan, 'li'));
    await office.areReady(office.wang, office.li);
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  test.each([
    ['a person', { agent: 'li' }, '13800000901'],
    ['a queue', { queue: 'sh-sales' }, '13800000902'],
  ])(
    'to %s, who was asked first: each of three files has its two voices, and its store',
    async (_whom, whom, number) => {
      const { wang, li } = office;
      const [from, since] = [wang.phone.events.length, li.phone.events.length];
      const far = await office.calls(caller, { from: number });
      await picksUp(wang, from);
      await talks(far, wang);
      const [{ id } = {}] = await office.rows(
        `select id from call where from_number = '+86${number}'`,
      );
      const consults = async (what: string, body?: object) => {
        const answer = await wang.desk.post(`/api/calls/${String(id)}/consult${what}`, body);
        const { code } = (await answer.json()) as { code?: string };
        expect([answer.status, code]).toEqual([200, undefined]);
      };
      await consults('', whom);
      await picksUp(li, since);
      const { ear } = far;
      ear.forget();
      const isMusic = () =>
        loudness(ear.lastSamples(40)) > 100 &&
        [FAR_HZ, wang.hz, li.hz].every((hz) => toneShare(ear.lastSamples(40), hz) < 0.3);
      await ear.until(isMusic);
      // Long enough for the consultation's file to be judged by.
      await ear.until(() => ear.heard.length > 100);
      await consults('/complete');
      await talks(far, li);
      await tell(far);
      await wentAsWritten(far);
      await heardAtPhone(wang, from, FAR_HZ, li.hz);
      await heardAtPhone(li, since, wang.hz, FAR_HZ);
      await office.ends(`+86${number}`, {
        ...{ outcome: 'talk', cause: 'hangup' },
        segments: [
          [FAR_HZ, wang.hz],
          [li.hz, wang.hz],
          [FAR_HZ, li.hz],
        ],
      });
      const records = await office.rows(
        `select store_id, agent_id from call where id = '${String(id)}'
         union all (select store_id, agent_id from recording where call_id = '${String(id)}' order by started_at)`,
      );
      expect(records.map(({ store_id, agent_id }) => [store_id, agent_id])).toEqual([
        ['sh01', 'li'],
        ['bj01', 'wang'],
        ['bj01', 'wang'],
        ['sh01', 'li'],
      ]);
    },
    60_000,
  );
});
