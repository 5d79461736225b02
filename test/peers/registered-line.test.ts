/**
 * A line that we register at its carrier: its registrar falls silent and comes back, and callers reach our contact while
 * no app is there. sipp plays registrar, gateways and callers, baresip is the telemarketer's phone.
 */
import { onlyOurs, needs } from '../support/needs';
import {
  FAR_HZ,
  heardAtPhone,
  Office,
  picksUp,
  talks,
  tell,
  wentAsWritten,
  type Ending,
  type FarEnd,
} from '../support/office';
import { PASSWORD, type TestPlan } from '../support/plan';
import { likeness } from '../support/prompt-heard';
import { startPushClient } from '../support/push-client';
import {
  answering,
  answers,
  answersEach,
  answersInvite,
  asks,
  calling,
  ignores,
  progress,
  receives,
  receivesSigned,
  serving,
  waitsForTest,
} from '../support/sipp-script';
import { waitFor } from '../support/wait';

const TALK: Ending = { outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, 600]] };
const LINE = '01062345678';
const ACCOUNT = { user: 'line1', password: 'Geheim9' };
const CHALLENGE = 'WWW-Authenticate: Digest realm="ims.cn", nonce="n1", qop="auth", algorithm=MD5';

const granted = (seconds: number) => ({ headers: [`[last_Contact:];expires=${seconds}`] });
const registered = (seconds: number) => [
  ...[receives('REGISTER'), answers(401, { headers: [CHALLENGE] })],
  ...[receivesSigned('REGISTER', ACCOUNT), answers(200, granted(seconds))],
];
const customer = answering(
  ...[answersInvite(200, { sdp: true }), receives('ACK'), receives('BYE'), answers(200)],
);

/** The line, called by its number in To, and a trunk for when it is down. */
function withLine(plan: TestPlan, registrar: FarEnd, ...gateways: FarEnd[]): TestPlan {
  const [line, spare] = gateways.map(({ sipp }) => ({ to: [`sip:127.0.0.1:${sipp.port}`] }));
  const register = {
    ...{ registrar: 'sip:ims.cn', proxy: `sip:127.0.0.1:${registrar.sipp.port}`, user: LINE },
    ...{ account: ACCOUNT.user, password: ACCOUNT.password, expires: 60 },
  };
  const rewrite = { called: [{ match: '010|400', replace: '' }] };
  const spares = { id: 'spare', from: ['127.0.0.9'], channels: 9, watch: false };
  return {
    ...plan,
    trunks: [
      ...plan.trunks.map((one) => ({ ...one, ...line, watch: false, register, rewrite })),
      ...(spare ? [{ ...spares, ...spare }] : []),
    ],
  };
}

needs('sipp', 'baresip')('a line that we register', () => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open();
    await office.areReady(office.wang);
  }, 90_000);

  afterEach(async () => {
    if (office) process.kill(office.product.pid, 'SIGCONT');
    await office?.close();
  }, 30_000);

  const isAlarmed = (code: string, detail: string) =>
    waitFor(
      `the alarm ${code}`,
      async () => {
        const alarms = await office.rows(`select detail from alarm where code = '${code}'`);
        return alarms.some((one) => one['detail'] === detail);
      },
      60_000,
    );

  /** She talks with him through this trunk. */
  async function talksThrough(trunk: string, number: string, gateway: FarEnd): Promise<void> {
    const { wang } = office;
    const from = wang.phone.events.length;
    await wang.phone.dial(`sip:${number}@openline`);
    await talks(gateway, wang);
    await wang.phone.hangUp();
    await wentAsWritten(gateway);
    await heardAtPhone(wang, from, FAR_HZ);
    await office.ends(`+86${number}`, TALK);
    const legs = await office.rows(
      `select trunk_id from leg where role = 'outside' and call_id =
         (select id from call where to_number = '+86${number}')`,
    );
    expect(legs).toEqual([{ trunk_id: trunk }]);
  }

  test('its registrar falls silent: an alarm, the next trunk carries her calls, and the line again when it answers', async () => {
    const registrar = await office.waits(
      serving(
        ...[...registered(1), ignores('REGISTER'), waitsForTest],
        answersEach('REGISTER', 200, granted(60)),
      ),
    );
    const [one, spare, again] = await Promise.all([1, 2, 3].map(() => office.waits(customer)));
    if (!one || !spare || !again) throw new Error('no gateways');
    await office.apply((plan) => withLine(plan, registrar, one, spare));
    await registrar.sipp.logged(/expires=1\b/);
    await talksThrough('carrier', '13800000801', one);
    await office.apply((plan) => withLine(plan, registrar, again, spare));
    await isAlarmed('TRUNK_NOT_REGISTERED', 'carrier: no answer');
    await talksThrough('spare', '13800000802', spare);
    await tell(registrar);
    await isAlarmed('TRUNK_REGISTERED', 'carrier: registered again');
    await talksThrough('carrier', '13800000803', again);
  }, 120_000);

  onlyOurs(
    'called at its contact while no app is there: he is told, owed a call, and the next one reaches her',
    async () => {
      const { product, wang } = office;
      const registrar = await office.waits(serving(answersEach('REGISTER', 200, granted(60))));
      await office.apply((plan) => withLine(plan, registrar));
      await registrar.sipp.logged(/expires=60/);
      const { app } = product.listening.pids;
      // The launcher would start another app at once: it is held.
      process.kill(product.pid, 'SIGSTOP');
      process.kill(app, 'SIGKILL');
      const toContact = asks('INVITE', { sdp: true, toUser: '010400' });
      const alone = await office.calls(
        calling(
          ...[toContact, receives(100, { optional: true }), receives(180), receives(200)],
          ...[asks('ACK'), receives('BYE'), answers(200)],
        ),
        { number: LINE, from: '13800000804' },
      );
      alone.ear.talkTo(await alone.sipp.heardSdp(30_000));
      await wentAsWritten(alone);
      for (const prompt of ['no-agents', 'promise-taken'])
        expect(likeness(alone.ear.heard, { language: 'zh-CN', prompt })).toBeGreaterThan(0.95);
      const before = registrar.sipp.messages().length;
      process.kill(product.pid, 'SIGCONT');
      await product.restarted('app', app, 30_000);
      await office.became('+8613800000804', {
        ...{ outcome: 'promise', cause: 'announced', segments: [] },
      });
      expect(
        await office.rows("select state, hotline from promise where number = '+8613800000804'"),
      ).toEqual([{ state: 'open', hotline: '400' }]);
      await withdrawn(product.http);
      await waitFor('it to be registered anew', () =>
        registrar.sipp.messages().slice(before).includes('REGISTER sip:ims.cn'),
      );
      // Her desktop comes back, as a page does; who has none any more takes no calls.
      const desk = await office.deskOf('wang');
      expect((await desk.post('/api/agents/me/ready')).status).toBe(200);
      const from = wang.phone.events.length;
      const next = await office.calls(
        calling(
          ...[toContact, progress, receives(200), asks('ACK'), waitsForTest],
          ...[asks('BYE', { cseq: 2 }), receives(200)],
        ),
        { number: LINE, from: '13800000805' },
      );
      await picksUp(wang, from);
      await talks(next, wang);
      await tell(next);
      await wentAsWritten(next);
      await heardAtPhone(wang, from, FAR_HZ);
      await office.ends('+8613800000805', TALK);
      desk.close();
    },
    120_000,
  );
});

/** Nobody is rung for what was promised: the phone is to ring for the next caller. */
async function withdrawn(http: string): Promise<void> {
  const chen = await startPushClient({ http, user: 'chen', password: PASSWORD });
  const open = (await (await chen.get('/api/promises?state=open')).json()) as PromiseList;
  const claimed = (await (await chen.get('/api/promises?state=claimed')).json()) as PromiseList;
  for (const { id } of [...open.items, ...claimed.items])
    expect((await chen.post(`/api/promises/${id}/withdraw`, { reason: 'test' })).status).toBe(200);
  chen.close();
}

interface PromiseList {
  items: { id: string }[];
}
