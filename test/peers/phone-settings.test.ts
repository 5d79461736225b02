/**
 * What the plan says of a phone, seen at the phone: it proves itself by SHA-256 or MD5, over a connection or not, for as
 * long as we let it, and picks up by itself where its maker's header tells it to.
 */
import { parseDigest, type DigestAlgorithm } from '../../src/telephony/digest';
import type { SipMessage } from '../../sip/message/sip-message';
import { credentials } from '../sip/telephony/register';
import { Phone } from '../sip/support/phone';
import { Dealership, type Party } from '../support/dealership';
import { onlyOurs } from '../support/needs';
import { PASSWORD, withRegisteredAgent, type TestPlan } from '../support/plan';
import { startPushClient } from '../support/push-client';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PHONE_HZ = 650;

let dealership: Dealership;

/** Wang's phone registers; nobody else is at work. */
function adapt(plan: TestPlan): TestPlan {
  const { phones, ...rest } = withRegisteredAgent({ ...plan, people: [], phones: [] });
  return {
    ...rest,
    people: [...plan.people.filter(({ post }) => post !== 'telemarketer'), ...rest.people],
    phones: phones.map((one) => ({
      ...one,
      ...{ digest: 'both' as const, mode: 'auto-answer' as const, profile: 'yealink' as const },
    })),
  };
}

beforeAll(async () => {
  dealership = await Dealership.open({}, adapt);
}, 90_000);

afterAll(() => dealership?.close(), 30_000);

/** What its registrar says to it; the first time a challenge. */
async function registers(
  phone: Phone,
  port: number,
  cseq: number,
  headers: string[] = [],
): Promise<SipMessage> {
  const from = phone.got.length;
  const ask = { method: 'REGISTER', to: '<sip:8001@127.0.0.1>', callId: `${phone.tag}-register` };
  phone.ask(port, { ...ask, cseq, headers: [...headers, 'Expires: 3600'] });
  return phone.got.next('an answer', ({ status }) => status >= 200, { from });
}

async function isLetIn(phone: Phone, port: number, algorithm: DigestAlgorithm) {
  const challenges = (await registers(phone, port, 1)).all('www-authenticate');
  expect(challenges.map((one) => parseDigest(one)['algorithm'])).toEqual(['SHA-256', 'MD5']);
  const challenge = challenges[algorithm === 'MD5' ? 1 : 0] ?? '';
  const answer = await registers(phone, port, 2, [credentials(challenge, algorithm)]);
  expect(answer.status).toBe(200);
  return Number(/;expires=(\d+)$/.exec(answer.get('contact') ?? '')?.[1]);
}

/** A caller is put through to it without anybody's hand, is heard, and hangs up. */
async function picksUpByItself(phone: Phone, number: string): Promise<void> {
  const ear = await TonePhone.open({ tone: PHONE_HZ });
  const caller: Party = await dealership.caller(1000);
  const from = phone.got.length;
  dealership.calls(caller, number);
  const invite = await phone.request('INVITE', from);
  expect(invite.get('alert-info')).toBe('<http://openline.invalid>;info=alert-autoanswer;delay=0');
  phone.answer(invite, 200, { body: ear.sdp() });
  ear.talkTo(invite.body);
  const toTag = await dealership.isAnswered(caller);
  await caller.ear.hears(PHONE_HZ);
  await ear.hears(1000);
  await ear.until(() => ear.heard.length > 50);
  caller.sip.ask(dealership.port, { method: 'BYE', toTag, cseq: 2 });
  phone.answer(await phone.request('BYE', from), 200);
  ear.close();
  await dealership.allIsClosed();
  const path = await waitFor('the recording', async () => {
    const rows = await dealership.rows(
      `select path from recording where state = 'stored' and call_id =
         (select id from call where from_number = '+86${number}')`,
    );
    return rows[0]?.['path'] as string | undefined;
  });
  const wav = readWav(readFileSync(join(dealership.product.recordingsDir, path)));
  const [left, right] = wav.channels.map((channel) => channel.subarray(-4000, -800));
  expect(toneShare(left as Int16Array, 1000)).toBeGreaterThan(0.9);
  expect(toneShare(right as Int16Array, PHONE_HZ)).toBeGreaterThan(0.9);
}

async function isReady() {
  const { http } = dealership.product;
  const desk = await startPushClient({ http, user: 'wang', password: PASSWORD });
  expect((await desk.post('/api/agents/me/ready')).status).toBe(200);
  return desk;
}

test('over UDP by MD5: for 300 s at most, and its maker’s header tells it to pick up', async () => {
  const phone = await Phone.udp('127.0.0.5');
  expect(await isLetIn(phone, dealership.port, 'MD5')).toBe(300);
  const desk = await isReady();
  await picksUpByItself(phone, '13800000771');
  desk.close();
  const { port } = dealership;
  const challenge = (await registers(phone, port, 3)).all('www-authenticate')[0] ?? '';
  const gone = credentials(challenge, 'SHA-256');
  const from = phone.got.length;
  const ask = { method: 'REGISTER', to: '<sip:8001@127.0.0.1>', callId: `${phone.tag}-register` };
  phone.ask(port, { ...ask, cseq: 4, headers: [gone, 'Expires: 0'] });
  await phone.response(200, 'REGISTER', from);
  phone.close();
}, 60_000);

onlyOurs(
  'over a connection by SHA-256: for 120 s at most, called by that; when it breaks she sees why no call comes',
  async () => {
    const { port } = dealership.product.sip('tcp');
    const phone = await Phone.tcp(port);
    expect(await isLetIn(phone, port, 'SHA-256')).toBe(120);
    const desk = await isReady();
    await picksUpByItself(phone, '13800000772');
    const from = desk.frames.length;
    phone.close();
    const told = await desk.next('agent.updated', ({ data }) => !data.reachable, { from });
    expect(told.data.unreachable).toMatchObject({ reason: 'disconnected' });
    const caller = await dealership.caller(1000);
    dealership.calls(caller, '13800000773');
    // Nobody is to be had, and nobody is rung for him.
    await dealership.isAnswered(caller);
    const offers = desk.frames.all.slice(from).filter(({ type }) => type === 'offer.created');
    expect(offers).toEqual([]);
    desk.close();
  },
  60_000,
);
