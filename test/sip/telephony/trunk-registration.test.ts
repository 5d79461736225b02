/**
 * Trunks with an account: registered with digest, refreshed, taken back; challenged INVITEs; calls to our contact. Real
 * SIP; the carrier is the test itself, and counts its digests by node's crypto alone.
 */
import { createHash } from 'node:crypto';
import type { SipMessage } from '../../../sip/message/sip-message';
import type { PlanRegistration } from '../../../src/domain/plan';
import type { DialCommand } from '../../../src/engine/ports';
import { ha1 } from '../../../src/telephony/digest';
import { Phone, SDP } from '../support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './support';

let edge: Edge;
let app: TestApp;
let carrier: Phone;

beforeAll(async () => {
  edge = await startEdge();
});

afterAll(() => edge.close());

beforeEach(async () => {
  carrier = await Phone.udp();
  const phoneWatch = { everyMs: 60_000, patienceMs: 150 };
  app = await startTestApp(edge, { plan: planWith(5190), phoneWatch });
});

afterEach(() => {
  app.close();
  carrier.close();
});

const REALM = 'ims.carrier.cn';
const PASSWORD = 'Geheim 9!';

function registering(parts: Partial<PlanRegistration> = {}): void {
  const plan = planWith(5190);
  const account = 'line1@ims';
  const register: PlanRegistration = {
    ...{ registrar: `sip:127.0.0.1:${carrier.port}`, user: '01062345678', account, realm: REALM },
    ...{ expires: 300, ha1: ha1(account, REALM, PASSWORD) },
    ha1Sha256: ha1(account, REALM, PASSWORD, 'SHA-256'),
    ...parts,
  };
  const to = [{ address: register.registrar, priority: 0, weight: 1 }];
  const trunks = plan.trunks.map((trunk) => ({ ...trunk, to, register }));
  app.telephony.applyPlan({ ...plan, trunks });
}

const MD5 = `Digest realm="${REALM}", nonce="n,1", qop="auth-int,auth", opaque="o=1", algorithm=MD5`;
const SHA256 = `Digest realm="${REALM}", nonce="n2", qop="auth", algorithm=SHA-256`;
const OLD = `Digest realm="${REALM}", nonce="n3"`;

/** Whether the request's credentials are those of the account. */
function isRight(request: SipMessage, header = 'authorization'): boolean {
  const said: Record<string, string> = {};
  for (const [, name = '', quoted, plain] of (request.get(header) ?? '').matchAll(
    /(\w+)=(?:"([^"]*)"|([^\s,]+))/g,
  )) {
    said[name] = quoted ?? plain ?? '';
  }
  const hash = (text: string) =>
    createHash(said['algorithm'] === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const a1 = hash(`${said['username']}:${REALM}:${PASSWORD}`);
  const a2 = hash(`${request.method}:${said['uri']}`);
  const middle = said['qop'] ? `${said['nc']}:${said['cnonce']}:${said['qop']}:` : '';
  return said['response'] === hash(`${a1}:${said['nonce']}:${middle}${a2}`);
}

/** The REGISTER after that one. */
const next = (after?: SipMessage) =>
  carrier.request('REGISTER', after ? carrier.got.all.indexOf(after) + 1 : 0);

const grant = (request: SipMessage, expires: number) =>
  carrier.answer(request, 200, {
    headers: [`Contact: <sip:x@192.0.2.9>;expires=9, ${request.get('contact')};expires=${expires}`],
  });

test.each([
  ['SHA-256 where both are offered', [MD5, SHA256], 'algorithm=SHA-256'],
  ['MD5', [MD5], 'algorithm=MD5'],
  ['MD5 of RFC 2069', [OLD], 'nonce="n3"'],
])(
  'registers by %s, again before it expires, and no more when it left the plan',
  async (_by, challenges, part) => {
    registering();
    const bare = await next();
    const contact = bare.get('contact');
    expect(bare.uri).toBe(`sip:127.0.0.1:${carrier.port}`);
    expect(bare.get('to')).toBe('<sip:01062345678@127.0.0.1>');
    expect(contact).toBe(`<sip:01062345678@127.0.0.1:${edge.udpPort}>`);
    expect([bare.get('expires'), bare.has('authorization')]).toEqual(['300', false]);
    carrier.answer(bare, 401, { headers: challenges.map((one) => `WWW-Authenticate: ${one}`) });
    const signed = await next(bare);
    expect(isRight(signed)).toBe(true);
    expect(signed.get('authorization')).toContain(part);
    expect([signed.callId, signed.cseq]).toEqual([bare.callId, bare.cseq + 1]);
    grant(signed, 1);
    const asked = Date.now();
    const refresh = await next(signed);
    expect(Date.now() - asked).toBeLessThan(1000);
    grant(refresh, 300);
    app.telephony.applyPlan(planWith(5190));
    const over = await next(refresh);
    expect([over.get('expires'), over.get('contact'), over.callId]).toEqual([
      '0',
      contact,
      bare.callId,
    ]);
    carrier.answer(over, 200);
  },
);

test('a registrar that wants longer gets it', async () => {
  registering({ expires: 60 });
  const brief = await next();
  carrier.answer(brief, 423, { headers: ['Min-Expires: 1800'] });
  const longer = await next(brief);
  expect(longer.get('expires')).toBe('1800');
  grant(longer, 1800);
});

test('a registrar that is silent twice is an alarm', async () => {
  registering();
  const alarm = await app.next('alarm.raised');
  expect(alarm).toMatchObject({ code: 'TRUNK_NOT_REGISTERED', detail: 'carrier: no answer' });
}, 15_000);

const command: DialCommand = {
  ...{ type: 'leg.dial', legId: 'leg-out', callId: 'call-1', displayName: '', towards: null },
  to: { kind: 'number', number: '+8613800138000', via: ['carrier'] },
  from: '+861062345678',
};

test('a challenged INVITE is repeated with credentials', async () => {
  registering();
  grant(await next(), 300);
  app.telephony.dial(command);
  const bare = await carrier.request('INVITE');
  carrier.answer(bare, 407, { headers: [`Proxy-Authenticate: ${MD5}`] });
  const isSigned = (one: SipMessage) => one.method === 'INVITE' && one.has('proxy-authorization');
  const signed = await carrier.got.next('the second INVITE', isSigned);
  expect(isRight(signed, 'proxy-authorization')).toBe(true);
  expect([signed.callId, signed.fromTag, signed.cseq]).toEqual([
    ...[bare.callId, bare.fromTag, bare.cseq + 1],
  ]);
  carrier.answer(signed, 200, { body: SDP });
  const ack = await carrier.got.next(
    'the ACK',
    (m) => m.method === 'ACK' && m.cseq === signed.cseq,
  );
  await app.next('leg.answered');
  carrier.bye(edge.udpPort, ack);
  await app.next('leg.ended');
});

test('wrong credentials are the end, and a challenge is not answered for ever', async () => {
  registering();
  grant(await next(), 300);
  app.telephony.dial(command);
  const bare = await carrier.request('INVITE');
  carrier.answer(bare, 401, { headers: [`WWW-Authenticate: ${MD5}`] });
  const isSigned = (one: SipMessage) => one.method === 'INVITE' && one.has('authorization');
  const signed = await carrier.got.next('the second INVITE', isSigned);
  carrier.answer(signed, 401, { headers: [`WWW-Authenticate: ${MD5}`] });
  expect(await app.next('leg.ended')).toMatchObject({ cause: 'declined', far: { status: 401 } });
});

test('a call to our contact is one to the number in To', async () => {
  registering();
  grant(await next(), 300);
  const to = '<sip:400@ims.carrier.cn>';
  const uri = `sip:01062345678@127.0.0.1:${edge.udpPort}`;
  carrier.ask(edge.udpPort, { method: 'INVITE', uri, to, body: SDP });
  const { to: dialled, legId } = await app.next('call.arrived');
  expect(dialled).toBe('400');
  app.telephony.refuse(legId, 'withdrawn');
});
