import { hotlineIn } from '../../../sip/gateway/alone/called-number';
import { parseMessage, type SipMessage } from '../../../sip/message/sip-message';
import type { CalledIdSource, PlanTrunk, RewriteRule } from '../../../src/domain/plan';
import type { SipRequest } from '../../../src/telephony/drachtio';
import { edgeTrunk, TrunkCallers } from '../../../src/telephony/trunk-callers';
import { PLAN } from '../../support/two-stores';

/** Two layers that may not share code read the called number: the app, and the edge while the app is away. */
const trunk = (parts: Partial<PlanTrunk>): PlanTrunk => ({
  ...{ id: 'carrier', from: ['192.0.2.1'], channels: 30 },
  ...parts,
});

const invite = (uri: string, lines: string[]): SipMessage =>
  parseMessage([`INVITE ${uri} SIP/2.0`, ...lines, '', ''].join('\r\n'), true) as SipMessage;

/** What the app reads; and whether the edge finds the hotline of that number, and none by another. */
function read(by: PlanTrunk, message: SipMessage, hotlines: string[] = []): string {
  const number = (one: string) => ({ number: one, store: 'bj01', queue: 'sales' });
  const plan = {
    ...PLAN,
    trunks: [by],
    hotlines: hotlines.map((one) => ({ ...number(one), notice: 'none' as const })),
  };
  const header = (name: string) => message.get(name.toLowerCase()) as never;
  const req = { uri: message.uri, get: header, has: (name: string) => header(name) !== undefined };
  const dialled = new TrunkCallers(plan).dialledIn(
    req as Pick<SipRequest, 'get' | 'has' | 'uri'>,
    'carrier',
  );
  const language = 'zh-CN';
  const edge = (known: string[]) =>
    hotlineIn(
      { hotlines: known.map((one) => ({ number: one, language })), trunks: [edgeTrunk(by)] },
      message,
      'carrier',
    )?.number;
  expect(edge([...hotlines, dialled])).toBe(dialled);
  expect(edge(hotlines)).toBe(hotlines.includes(dialled) ? dialled : undefined);
  return dialled;
}

test.each([
  ['sip:4008001234@203.0.113.7:5060;user=phone', '4008001234'],
  ['sip:+8610400;npdi@carrier', '+8610400'],
  ['sip:400:secret@carrier', '400'],
  ['sips:400@[2001:db8::1]', '400'],
  ['tel:+861040;phone-context=example.com', '+861040'],
  ['sip:%34%30%30@carrier', '400'],
  ['sip:40%zz@carrier', '40%zz'],
  ['sip:carrier', ''],
])('who calls %s dialled "%s"', (uri, dialled) => {
  expect(read(trunk({}), invite(uri, []))).toBe(dialled);
});

const HEADERS = [
  'To: "Sales" <sip:401@carrier>',
  'P-Called-Party-ID: <sip:402@ims>',
  'Diversion: <tel:+86403>;reason=unconditional, <sip:404@carrier>',
];

test.each<[string, CalledIdSource[], string[], string]>([
  ['To', ['to'], HEADERS, '401'],
  ['P-Called-Party-ID', ['called-party'], HEADERS, '402'],
  ['the last diversion', ['diversion'], HEADERS, '+86403'],
  ['the first of them', ['diversion', 'to'], HEADERS.slice(0, 1), '401'],
  ['the Request-URI', ['uri', 'to'], HEADERS, '400'],
  ['the Request-URI, when none is there', ['diversion'], HEADERS.slice(0, 1), '400'],
])('the called number stands in %s', (_where, calledId, lines, dialled) => {
  expect(read(trunk({ calledId }), invite('sip:400@openline', lines))).toBe(dialled);
});

const rule = (match: string, replace: string, more = false): RewriteRule => ({
  ...{ match, replace, continue: more },
});

test.each<[string, RewriteRule[], string]>([
  ['+861062345678', [rule('+86|.', '0')], '01062345678'],
  ['62345678', [rule('NXXXXXXX', '400'), rule('400', '401')], '400'],
  ['62345678', [rule('|N.', '010', true), rule('0106234|XXXX', '')], '5678'],
  ['1234', [rule('[1-3]23Z|!', '9'), rule('1234', '0')], '9'],
  ['9', [rule('9|.', '')], '9'],
  ['9', [rule('9|!', '')], ''],
  ['*57#', [rule('*|XX#', '8')], '857#'],
  ['62345678', [rule('6.', '400')], '400'],
])('%s by its rules', (delivered, called, dialled) => {
  const uri = `sip:${delivered.replace('#', '%23')}@openline`;
  expect(read(trunk({ rewrite: { called } }), invite(uri, []))).toBe(dialled);
});

test('a call to our contact is one to the number in To, and its rules see that', () => {
  const register = { user: '8620001' } as PlanTrunk['register'];
  const rewrite = { called: [rule('+86|.', '0')] };
  const to = ['To: <sip:+8610400@ims>'];
  const called = invite('sip:8620001@openline', to);
  expect(read(trunk({ register, rewrite }), called)).toBe('010400');
  expect(read(trunk({ register }), called, ['8620001'])).toBe('8620001');
  expect(read(trunk({}), called)).toBe('8620001');
});
