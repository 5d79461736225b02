/**
 * What telemarketers do with a talk - ask a colleague, lay the caller aside, take a call from another's phone - while one
 * of those concerned leaves, comes late or describes himself anew. baresip and sipp; what each hears is measured.
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
  type FarEnd,
  type Other,
} from '../support/office';
import { waitFor } from '../support/wait';
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

const TALK: Ending = { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] };

const takesCall = [asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')];
const hangsUp = (cseq: number) => [waitsForTest, asks('BYE', { cseq }), receives(200)];
const isHungUp = [receives('BYE'), answers(200)];
const picksUpLate = [answersInvite(200, { sdp: true }), receives('ACK')];
const crossing = [
  answersInvite(180),
  receives('CANCEL'),
  answers(200),
  ...picksUpLate,
  ...isHungUp,
];
const reinvites = (cseq: number, direction: string) => [
  ...[asks('INVITE', { cseq, sdp: cseq, direction }), receives(100, { optional: true })],
  ...[receives(200), asks('ACK', { cseq })],
];

needs('sipp', 'baresip')('talks in which somebody misbehaves', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open();
  }, 90_000);

  afterAll(() => office?.close(), 30_000);

  beforeEach(() => office.areReady(office.wang));

  afterEach(async () => {
    await office.others();
    await office.areReady();
  });

  /** A caller who talks to 王芳. */
  async function talk(script: string, number: string) {
    const from = office.wang.phone.events.length;
    const far = await office.calls(script, { from: number });
    await picksUp(office.wang, from);
    await talks(far, office.wang);
    return { from, far, id: await idOf(number) };
  }

  const idOf = (number: string) =>
    waitFor('the call to be written down', async () => {
      const rows = await office.rows(`select id from call where from_number = '+86${number}'`);
      return rows[0] && String(rows[0]['id']);
    });

  async function does(id: string, what: string, body?: object) {
    const answer = await office.wang.desk.post(`/api/calls/${id}/${what}`, body);
    expect([answer.status, await answer.text()]).toMatchObject([200, expect.anything()]);
  }

  test('taken back while the colleague’s phone picks up: its 200 gets ACK and BYE, and the two talk on', async () => {
    const { from, far, id } = await talk(calling(...takesCall, ...hangsUp(2)), '13800000401');
    const [third] = (await office.others(answering(...crossing))) as [Other];
    await does(id, 'consult', { agent: third.id });
    await third.sipp.logged(/180 Ringing/);
    await hearsMusic(far.ear);
    expect((await office.wang.desk.delete(`/api/calls/${id}/consult`)).status).toBe(200);
    await wentAsWritten(third);
    await talks(far, office.wang);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(office.wang, from, FAR_HZ);
    await office.ends('+8613800000401', TALK);
  }, 60_000);

  test('the caller hangs up while she asks: the two are told, and talk until one of them hangs up', async () => {
    const { wang, li } = office;
    const { from, far, id } = await talk(calling(...takesCall, ...hangsUp(2)), '13800000402');
    const since = li.phone.events.length;
    await office.areReady(wang, li);
    await does(id, 'consult', { agent: 'li' });
    await picksUp(li, since);
    await hearsMusic(far.ear);
    await tell(far);
    await wentAsWritten(far);
    await wang.phone.hangUp().catch(() => undefined);
    await heardAtPhone(wang, from, FAR_HZ, li.hz);
    await heardAtPhone(li, since, wang.hz);
    await office.ends('+8613800000402', {
      ...TALK,
      segments: [
        [FAR_HZ, 600],
        [700, 600],
      ],
    });
  }, 60_000);

  test('three talk, two describe themselves anew in one moment, and she leaves: the other two go on', async () => {
    const { wang } = office;
    const { from, far, id } = await talk(
      calling(
        ...[...takesCall, waitsForTest, ...reinvites(2, 'sendonly'), waitsForTest],
        ...[...reinvites(3, 'sendrecv'), ...hangsUp(4)],
      ),
      '13800000403',
    );
    const [third] = (await office.others(
      answering(
        ...[answersInvite(180), ...picksUpLate, waitsForTest, ...reinvites(1, 'sendonly')],
        ...[waitsForTest, ...reinvites(2, 'sendrecv'), ...isHungUp],
      ),
    )) as [Other];
    await does(id, 'consult', { agent: third.id });
    await talks(third, wang);
    await does(id, 'consult/conference');
    await Promise.all([far, third].map(tell));
    await Promise.all([far.sipp.logged(/CSeq: 2 ACK/), third.sipp.logged(/CSeq: 1 ACK/)]);
    await Promise.all([far, third].map(tell));
    await Promise.all([far.sipp.logged(/CSeq: 3 ACK/), third.sipp.logged(/CSeq: 2 ACK/)]);
    await does(id, 'consult/complete');
    await talks(far, { hz: OTHER_HZ }, third);
    await tell(far);
    await Promise.all([far, third].map(wentAsWritten));
    await heardAtPhone(wang, from, FAR_HZ, OTHER_HZ);
    const segments: Ending['segments'] = [
      [FAR_HZ, 600],
      [OTHER_HZ, 600],
      [FAR_HZ, OTHER_HZ],
    ];
    await office.ends('+8613800000403', { ...TALK, segments });
  }, 60_000);

  test('handed over before the colleague has picked up, who comes late: he hears music, then him', async () => {
    const { wang, li } = office;
    const { from, far, id } = await talk(calling(...takesCall, ...hangsUp(2)), '13800000404');
    const since = li.phone.events.length;
    await office.areReady(wang, li);
    await does(id, 'consult', { agent: 'li' });
    await rings(li.phone, since);
    await does(id, 'consult/complete');
    await hearsMusic(far.ear);
    await picksUp(li, since);
    await heardAtPhone(wang, from, FAR_HZ);
    await talks(far, li);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(li, since, FAR_HZ);
    await office.ends('+8613800000404', {
      ...TALK,
      segments: [
        [FAR_HZ, 600],
        [FAR_HZ, 700],
      ],
    });
  }, 60_000);

  test('laid aside he puts us on hold and takes us back; who fetches him talks to him', async () => {
    const { wang, li } = office;
    const { from, far, id } = await talk(
      calling(
        ...[...takesCall, waitsForTest, ...reinvites(2, 'sendonly'), waitsForTest],
        ...[...reinvites(3, 'sendrecv'), ...hangsUp(4)],
      ),
      '13800000405',
    );
    await does(id, 'park', {});
    await heardAtPhone(wang, from, FAR_HZ);
    await hearsMusic(far.ear);
    await tell(far);
    await far.sipp.logged(/CSeq: 2 ACK/);
    await tell(far);
    await far.sipp.logged(/CSeq: 3 ACK/);
    await hearsMusic(far.ear);
    const since = li.phone.events.length;
    await isFetched(far);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(li, since, FAR_HZ);
    await office.ends('+8613800000405', {
      ...TALK,
      segments: [
        [FAR_HZ, 600],
        [FAR_HZ, 700],
      ],
    });
  }, 60_000);

  async function isFetched(far: FarEnd): Promise<void> {
    const { li } = office;
    const since = li.phone.events.length;
    expect((await li.desk.post('/api/parked/701/retrieve', {})).status).toBe(200);
    await picksUp(li, since);
    await talks(far, li);
  }

  test('fetched from his slot he hangs up, and the 200 of who fetches him crosses our CANCEL', async () => {
    const { from, far, id } = await talk(calling(...takesCall, ...hangsUp(2)), '13800000406');
    await does(id, 'park', {});
    await heardAtPhone(office.wang, from, FAR_HZ);
    const [third] = (await office.others(answering(...crossing))) as [Other];
    const desk = await office.deskOf(third.id);
    expect((await desk.post('/api/parked/701/retrieve', {})).status).toBe(200);
    await third.sipp.logged(/180 Ringing/);
    await tell(far);
    await Promise.all([far, third].map(wentAsWritten));
    desk.close();
    await office.ends('+8613800000406', { ...TALK, outcome: 'left' });
  }, 60_000);

  test('taken from a colleague’s phone, whose 200 crosses our CANCEL: that one gets ACK and BYE', async () => {
    await office.areReady();
    const { li } = office;
    const [third] = (await office.others(answering(...crossing))) as [Other];
    const since = li.phone.events.length;
    const far = await office.calls(calling(...takesCall, ...hangsUp(2)), { from: '13800000407' });
    await third.sipp.logged(/180 Ringing/);
    const id = await idOf('13800000407');
    const answer = await li.desk.post(`/api/calls/${id}/pick-up`, {});
    expect(answer.status).toBe(200);
    await picksUp(li, since);
    await wentAsWritten(third);
    expect((await third.sipp.done).messages).toContain('Call completed elsewhere');
    await talks(far, li);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(li, since, FAR_HZ);
    await office.ends('+8613800000407', { ...TALK, segments: [[FAR_HZ, 700]] });
  }, 60_000);

  test('called by a colleague, both on hold in one moment: they hear each other again, and it is recorded', async () => {
    const { wang } = office;
    const from = wang.phone.events.length;
    const [third] = (await office.others(
      answering(
        ...[answersInvite(180), ...picksUpLate, waitsForTest, ...reinvites(1, 'sendonly')],
        ...[waitsForTest, ...reinvites(2, 'sendrecv'), ...isHungUp],
      ),
    )) as [Other];
    const number = third.id.replace('t', '9');
    await wang.phone.dial(`sip:${number}@openline`);
    await talks(third, wang);
    await Promise.all([tell(third), wang.phone.hold()]);
    await third.sipp.logged(/CSeq: 1 ACK/);
    await Promise.all([tell(third), wang.phone.resume()]);
    await third.sipp.logged(/CSeq: 2 ACK/);
    await talks(third, wang);
    await wang.phone.hangUp();
    await wentAsWritten(third);
    await heardAtPhone(wang, from, OTHER_HZ);
    await office.ends(number, { ...TALK, segments: [[OTHER_HZ, 600]] });
  }, 60_000);

  test('she calls a colleague and gives up, and his 200 crosses our CANCEL: it gets ACK and BYE', async () => {
    const [third] = (await office.others(answering(...crossing))) as [Other];
    const number = third.id.replace('t', '9');
    await office.wang.phone.dial(`sip:${number}@openline`);
    await third.sipp.logged(/180 Ringing/);
    await office.wang.phone.hangUp();
    await wentAsWritten(third);
    await office.ends(number, { outcome: 'unanswered', cause: 'hangup', segments: [] });
  }, 60_000);
});
