/**
 * Callers of a carrier with peculiar manners, and such as leave in the wrong moment: sipp signals for them, baresip is
 * the telemarketer's phone, and what each hears is measured at both ends and in the file.
 */
import { needs, onlyOurs } from '../support/needs';
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
import { waitFor } from '../support/wait';
import {
  acknowledgesReliably,
  answering,
  answers,
  answersInvite,
  asks,
  calling,
  keepsSilent,
  progress,
  receives,
  receivesInvite,
  receivesSigned,
  serving,
  waitsForTest,
} from '../support/sipp-script';

const TALK: Ending = { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] };
const hangsUp = (cseq: number) => [waitsForTest, asks('BYE', { cseq }), receives(200)];
const givesUp = calling(
  ...[asks('INVITE', { sdp: true }), receives(100, { optional: true }), receives(180)],
  ...[waitsForTest, asks('CANCEL'), receives(200), receives(487)],
  asks('ACK', { likeInvite: true }),
);

needs('sipp', 'baresip')('callers of a carrier', () => {
  let office: Office;

  beforeAll(async () => {
    office = await Office.open(withoutCallBacks);
    await office.areReady(office.wang);
  }, 90_000);

  /** Picked up, each hears the other, the far end hangs up as written, and both ends, file and record say so. */
  async function talkIsWhole(talk: {
    agent: Telemarketer;
    far: FarEnd;
    from: number;
    number: string;
  }): Promise<void> {
    const { agent, far, from, number } = talk;
    await picksUp(agent, from);
    await talks(far, agent);
    await tell(far);
    await wentAsWritten(far);
    await heardAtPhone(agent, from, FAR_HZ);
    await office.ends(number, TALK);
  }

  afterAll(() => office?.close(), 30_000);

  test('who brings no offer, and acknowledges late: he answers ours in his ACK', async () => {
    const from = office.wang.phone.events.length;
    const caller = await office.calls(
      calling(
        ...[asks('INVITE'), progress, receives(200), keepsSilent(700)],
        ...[asks('ACK', { sdp: true }), ...hangsUp(2)],
      ),
      { from: '13800000201' },
    );
    await talkIsWhole({ agent: office.wang, far: caller, from, number: '+8613800000201' });
  }, 60_000);

  test('who asks for a change before the answer: later, and his talk is as he offered first', async () => {
    const from = office.wang.phone.events.length;
    const caller = await office.calls(
      calling(
        ...[asks('INVITE', { sdp: true }), receives(100, { optional: true }), receives(180)],
        ...[asks('UPDATE', { cseq: 2, sdp: 2 }), receives(500), asks('UPDATE', { cseq: 3 })],
        ...[receives(200), waitsForTest, receives(200), asks('ACK'), ...hangsUp(4)],
      ),
      { from: '13800000202' },
    );
    await rings(office.wang.phone, from);
    await caller.sipp.logged(/SIP\/2.0 200 OK[^]*CSeq: 3 UPDATE/);
    await tell(caller);
    await talkIsWhole({ agent: office.wang, far: caller, from, number: '+8613800000202' });
  }, 60_000);

  test('who requires reliable responses: he is told by one that it rings, and his PRACK comes before our answer', async () => {
    const from = office.wang.phone.events.length;
    const headers = ['Require: 100rel', 'Supported: 100rel'];
    const caller = await office.calls(
      calling(
        ...[asks('INVITE', { sdp: true, headers }), receives(100, { optional: true })],
        ...[acknowledgesReliably(180, 2), waitsForTest],
        ...[receives(200), asks('ACK'), ...hangsUp(3)],
      ),
      { from: '13800000209' },
    );
    await caller.sipp.logged(/SIP\/2.0 200 OK[^]*CSeq: 2 PRACK/);
    await tell(caller);
    await talkIsWhole({ agent: office.wang, far: caller, from, number: '+8613800000209' });
  }, 60_000);

  // A drachtio-server tells no app of that CANCEL, and leaves the BYE to him who sent it.
  onlyOurs(
    'whose CANCEL crosses our 200: he has hung up, and gets our BYE',
    async () => {
      const from = office.wang.phone.events.length;
      const caller = await office.calls(
        calling(
          ...[asks('INVITE', { sdp: true }), progress, receives(200)],
          ...[asks('CANCEL'), receives(481), asks('ACK'), receives('BYE'), answers(200)],
        ),
        { from: '13800000203' },
      );
      await picksUp(office.wang, from);
      await wentAsWritten(caller);
      await heardAtPhone(office.wang, from);
      await office.ends('+8613800000203', { ...TALK, segments: [[0, 0]] });
    },
    60_000,
  );

  test('who gives up while it rings: the phone stops, and he is owed a call', async () => {
    const from = office.wang.phone.events.length;
    const caller = await office.calls(givesUp, { from: '13800000204' });
    await rings(office.wang.phone, from);
    await tell(caller);
    await wentAsWritten(caller);
    await heardAtPhone(office.wang, from);
    await office.ends('+8613800000204', { outcome: 'left', cause: 'hangup', segments: [] });
    const promises = await office.rows(
      "select state, reason from promise where number = '+8613800000204'",
    );
    expect(promises).toEqual([{ state: 'open', reason: 'abandoned' }]);
  }, 60_000);

  test('whose offers overtake each other: 491 while ours waits for his answer, and they hear each other on', async () => {
    const from = office.wang.phone.events.length;
    const caller = await office.calls(
      calling(
        ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK'), waitsForTest],
        // Ours is in the 200, and open until his ACK.
        ...[asks('INVITE', { cseq: 2 }), receives(100, { optional: true }), receives(200)],
        ...[asks('UPDATE', { cseq: 3, sdp: 2 }), receives(491)],
        ...[asks('ACK', { cseq: 2, sdp: 3 }), ...hangsUp(4)],
      ),
      { from: '13800000205' },
    );
    await picksUp(office.wang, from);
    await talks(caller, office.wang);
    await tell(caller);
    await caller.sipp.logged(/CSeq: 2 ACK/);
    await talks(caller, office.wang);
    await tell(caller);
    await wentAsWritten(caller);
    await heardAtPhone(office.wang, from, FAR_HZ);
    await office.ends('+8613800000205', TALK);
  }, 60_000);

  /** His closed calls, once there are so many. */
  const callsOf = (number: string, count: number) =>
    waitFor(`${count} calls of ${number}`, async () => {
      const rows = await office.rows(
        `select lead_id from call where from_number like '%${number.replace(/^0/, '')}' and state = 'closed'`,
      );
      return rows.length === count ? rows : null;
    });

  test('by whose numbers nobody is known: each of their calls is somebody new, and a mobile number’s is not', async () => {
    await office.apply((plan) => ({
      ...plan,
      numbers: {
        switchboards: ['01088880000'],
        privacy: [
          { from: '17000000000', to: '17000009999', until: '2099-12-31' },
          { from: '17100000000', to: '17100009999', until: '2020-12-31' },
        ],
      },
    }));
    const leads: Record<string, number> = {};
    for (const number of [
      '13800000208',
      '01088880000',
      '17000000001',
      '17100000001',
      '1259012345',
    ]) {
      for (let n = 1; n <= 2; n++) {
        const caller = await office.calls(givesUp, { from: number });
        await caller.sipp.logged(/180 Ringing/);
        await tell(caller);
        await wentAsWritten(caller);
        await callsOf(number, n);
      }
      leads[number] = new Set((await callsOf(number, 2)).map(({ lead_id }) => lead_id)).size;
    }
    await office.nothingIsLeft();
    expect(leads).toEqual({
      ...{ '13800000208': 1, '01088880000': 2, '17000000001': 2, '17100000001': 2 },
      '1259012345': 2,
    });
  }, 60_000);

  test('by a line that we register: challenged, for longer than we asked; he reaches us, and she him', async () => {
    const challenge = 'Digest realm="ims.cn", nonce="n1", qop="auth", algorithm=MD5';
    const registrar = await office.waits(
      serving(
        receives('REGISTER'),
        answers(401, { headers: [`WWW-Authenticate: ${challenge}`] }),
        ...[receivesSigned('REGISTER', ACCOUNT), answers(423, { headers: ['Min-Expires: 1800'] })],
        receives('REGISTER'),
        answers(401, { headers: [`WWW-Authenticate: ${challenge.replace('n1', 'n2')}`] }),
        receivesSigned('REGISTER', ACCOUNT),
        answers(200, { headers: ['[last_Contact:];expires=1800'] }),
      ),
    );
    const gateway = await office.waits(
      answering(
        answersInvite(401, { headers: [`WWW-Authenticate: ${challenge}`] }),
        ...[receives('ACK'), receivesInvite(ACCOUNT), answersInvite(200, { sdp: true })],
        ...[receives('ACK'), receives('BYE'), answers(200)],
      ),
    );
    await office.apply((plan) => withLine(plan, registrar.sipp.port, gateway.sipp.port));
    await wentAsWritten(registrar);
    let from = office.wang.phone.events.length;
    const caller = await office.calls(
      calling(
        ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK'), ...hangsUp(2)],
      ),
      { from: '13800000206', number: LINE },
    );
    await talkIsWhole({ agent: office.wang, far: caller, from, number: '+8613800000206' });
    from = office.wang.phone.events.length;
    await office.wang.desk.post('/api/calls', { number: '13800000207' });
    await picksUp(office.wang, from);
    await talks(gateway, office.wang);
    await office.wang.phone.hangUp();
    await wentAsWritten(gateway);
    await heardAtPhone(office.wang, from, FAR_HZ);
    await office.ends('+8613800000207', TALK);
  }, 60_000);
});

const LINE = '01062345678';
const ACCOUNT = { user: 'line1', password: 'Geheim9' };

/** The trunk has an account at the carrier; calls come to the line's number. */
function withLine(plan: TestPlan, registrar: number, gateway: number): TestPlan {
  const [hotline] = plan.hotlines;
  if (hotline === undefined) throw new Error('the plan has no hotline');
  const register = {
    ...{ registrar: 'sip:ims.cn', proxy: `sip:127.0.0.1:${registrar}`, user: LINE },
    ...{ account: ACCOUNT.user, password: ACCOUNT.password, expires: 60 },
  };
  const to = [`sip:127.0.0.1:${gateway}`];
  return {
    ...plan,
    hotlines: [...plan.hotlines, { ...hotline, number: LINE }],
    trunks: plan.trunks.map((trunk) => ({ ...trunk, to, watch: false, register })),
  };
}
