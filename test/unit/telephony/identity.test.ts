import type { SipRequest } from '../../../src/telephony/drachtio';
import { callerIdentity, identityHeaders, userPart } from '../../../src/telephony/identity';

function invite(headers: Record<string, string>): SipRequest {
  const find = (name: string) => headers[name.toLowerCase()];
  return {
    get: (name: string) => find(name),
    has: (name: string) => find(name) !== undefined,
  } as unknown as SipRequest;
}

test.each([
  [['diversion', 'pai'], '1'],
  [['pai', 'diversion'], '2'],
  [['rpid', 'from'], '3'],
  [['from', 'pai'], '4'],
] as const)('of the sources %j the first that is there counts', (sources, number) => {
  const headers = {
    from: '<sip:4@h>;tag=1',
    'p-asserted-identity': '<sip:2@h>',
    diversion: '<sip:1@h>;reason=no-answer, <sip:9@h>',
    'remote-party-id': '<sip:3@h>;party=calling',
  };
  expect(callerIdentity(invite(headers), sources).number).toBe(number);
  expect(callerIdentity(invite({ from: headers.from }), sources).number).toBe('4');
});

describe("the caller's identity", () => {
  test.each([
    [{ from: '<sip:13800138000@10.0.0.1>;tag=a' }, '13800138000', ''],
    [{ from: '"王 芳" <sip:+8613800138000@10.0.0.1;user=phone>;tag=a' }, '+8613800138000', '王 芳'],
    [
      { from: 'Bob <sip:bob@a>;tag=1', 'p-asserted-identity': '<tel:+862112345678>' },
      '+862112345678',
      'Bob',
    ],
    [{ from: '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=a' }, '', ''],
    [{ from: '<sip:138@a>;tag=1', privacy: 'id' }, '', ''],
    [{ from: '<sip:10.0.0.1>;tag=1' }, '', ''],
    [{ from: '"a\\"b" <sip:1%2B2@h>;tag=1' }, '1+2', 'a"b'],
    [{ from: '"x" <sip:asserted-id-unavailable@h>' }, '', ''],
    [{ from: '"sip:+8613900000000@h" <sip:138@a>;tag=1' }, '138', 'sip:+8613900000000@h'],
    [{ from: '"a\\" <sip:1@h>" <sip:138:secret@a>;tag=1' }, '138', 'a" <sip:1@h>'],
    [{ from: '"evil\u0007\u001b[2J" <sip:1@h>' }, '1', 'evil[2J'],
    [{ from: '"gnp.\u202eexe\u0085\u200f" <sip:1@h>' }, '1', 'gnp.exe'],
  ])('%j is number %j, name %j', (headers, number, displayName) => {
    expect(callerIdentity(invite(headers as Record<string, string>))).toEqual({
      number,
      displayName,
    });
  });

  test('the dialled number is the user part without parameters', () => {
    expect(userPart('sip:400;phone-context=+86@10.0.0.1:5060;transport=udp')).toBe('400');
    expect(userPart('sips:4001@host')).toBe('4001');
  });
});

describe("the identity shown on an agent's phone", () => {
  test('number and name stand in From and P-Asserted-Identity', () => {
    expect(identityHeaders('+8613800138000', '王芳')).toEqual({
      From: '"王芳" <sip:+8613800138000@localhost>',
      'P-Asserted-Identity': '<sip:+8613800138000@localhost>',
    });
  });

  test('an extension is ours to know and nothing to dial', () => {
    expect(identityHeaders('+861082345678;ext=801', '').From).toBe('<sip:+861082345678@localhost>');
  });

  test('what could break out of the header is left out', () => {
    const headers = identityHeaders('138>\r\nX: 1', 'a"b\\c');
    expect(headers.From).toBe('"abc" <sip:138X1@localhost>');
  });

  test('a withheld number is shown as anonymous and asserts nothing', () => {
    expect(identityHeaders('', '')).toEqual({
      From: '"Anonymous" <sip:anonymous@anonymous.invalid>',
    });
  });
});
