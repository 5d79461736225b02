import { Negotiation } from '../../../../sip/media/negotiation';
import { ALL, offer, THEIR_KEY } from '../sdp/descriptions';

const AUDIO = 'm=audio 4000 RTP/AVP 8 0';
const OTHER = 'm=audio 4002 RTP/AVP 0';
const HELD = 'c=IN IP4 0.0.0.0';

/** Peers in 192.0.2.0/24 are told one address, those by IPv6 another, all others the first. */
const advertised = {
  first: '198.51.100.7',
  to: (peer: string) =>
    peer.includes(':') ? '2001:db8::7' : peer.startsWith('192.0.2.') ? '10.0.0.7' : '198.51.100.7',
};
const open = (can = ALL, address = advertised.first) =>
  new Negotiation(advertised, { port: 20_000, can, address });

function originOf(text: string): { session: string; version: number; address: string } {
  const [, session = '', version, address = ''] =
    /^o=openline (\d+) (\d+) IN IP[46] (\S+)\r$/m.exec(text) ?? [];
  return { session, version: Number(version), address };
}
const connectionOf = (text: string) => /^c=IN IP[46] (\S+)\r$/m.exec(text)?.[1];

test('a refresh, which is a copy of the offer before, gets the answer that it got', () => {
  const negotiation = open();
  const first = negotiation.answer(offer(AUDIO));
  expect(negotiation.answer(offer(AUDIO))).toEqual(first);
  const changed = negotiation.answer(offer(AUDIO, 'a=sendonly'));
  expect(changed.agreed.direction).toBe('recvonly');
  const back = negotiation.answer(offer(AUDIO));
  expect(back.agreed.direction).toBe('sendrecv');
  const versions = [first, changed, back].map(({ answer }) => originOf(answer).version);
  expect(versions).toEqual([1, 2, 3]);
});

test('a refresh after an offer of ours is answered anew', () => {
  const negotiation = open();
  negotiation.answer(offer(AUDIO));
  negotiation.offer(null);
  negotiation.accept(offer(OTHER));
  expect(negotiation.codec).toBe('PCMU');
  const { answer } = negotiation.answer(offer(AUDIO));
  expect([originOf(answer).version, negotiation.codec]).toEqual([3, 'PCMA']);
  negotiation.offer(null);
  // Ours was refused: their copy is answered after it all the same.
  expect(originOf(negotiation.answer(offer(AUDIO)).answer).version).toBe(5);
});

test('a changed offer counts although its version is the same', () => {
  const negotiation = open();
  negotiation.answer(offer(AUDIO));
  expect(negotiation.answer(offer(OTHER)).agreed.remote.port).toBe(4002);
});

test('an offer that is refused changes nothing', () => {
  const negotiation = open();
  const { answer } = negotiation.answer(offer(AUDIO));
  expect(() => negotiation.answer(offer('m=audio 4000 RTP/AVP 18'))).toThrow(
    expect.objectContaining({ code: 'no-codec' }),
  );
  expect(negotiation.codec).toBe('PCMA');
  expect(originOf(negotiation.answer(offer(OTHER)).answer).version).toBe(
    originOf(answer).version + 1,
  );
});

describe('an INVITE without an offer', () => {
  test('gets ours in the 200, and its ACK brings the answer', () => {
    const negotiation = open();
    expect(negotiation.codec).toBeNull();
    expect(negotiation.offer('PCMU')).toContain('m=audio 20000 RTP/AVP 0 8 9 13 101\r\n');
    expect(negotiation.accept(offer(OTHER))).toMatchObject({
      codec: 'PCMU',
      direction: 'sendrecv',
    });
    expect(negotiation.codec).toBe('PCMU');
  });

  test('within the call gets an offer of the same session, one version later', () => {
    const negotiation = open();
    const { answer } = negotiation.answer(offer(AUDIO, 'm=video 6000 RTP/AVP 31'));
    const ours = negotiation.offer(negotiation.codec);
    expect(originOf(ours)).toEqual({ ...originOf(answer), version: 2 });
    expect(ours).toContain('m=video 0 RTP/AVP 31\r\n');
    expect(negotiation.accept(offer(OTHER, 'm=video 0 RTP/AVP 31')).codec).toBe('PCMU');
  });
});

test('the same answer in a 183 and in the 200 is one negotiation; that of another fork counts', () => {
  const negotiation = open();
  const ours = negotiation.offer(null);
  const early = negotiation.accept(offer(AUDIO));
  expect(negotiation.accept(offer(AUDIO))).toBe(early);
  const fork = negotiation.accept(offer(OTHER));
  expect(fork).toMatchObject({ codec: 'PCMU', remote: { port: 4002 } });
  expect(negotiation.accept(offer(AUDIO)).remote.port).toBe(4000);
  expect(originOf(negotiation.offer(null)).version).toBe(originOf(ours).version + 1);
});

test('an answer that was also their offer is read as what it is', () => {
  const negotiation = open();
  negotiation.answer(offer(AUDIO, 'a=sendonly'));
  negotiation.offer(null);
  expect(negotiation.accept(offer(AUDIO, 'a=sendonly')).direction).toBe('recvonly');
  expect(negotiation.answer(offer(AUDIO, 'a=sendonly')).answer).toContain('a=recvonly');
});

test('the address follows the network of the far side, that in o= stays', () => {
  const negotiation = open();
  const near = negotiation.answer(offer(AUDIO)).answer;
  expect([connectionOf(near), originOf(near).address]).toEqual(['10.0.0.7', '10.0.0.7']);
  const far = negotiation.answer(offer(AUDIO, 'c=IN IP4 203.0.113.3')).answer;
  expect([connectionOf(far), originOf(far).address]).toEqual(['198.51.100.7', '10.0.0.7']);
  expect(originOf(negotiation.offer(null)).address).toBe('10.0.0.7');
});

test('hold by 0.0.0.0 moves nobody to another network', () => {
  const negotiation = open();
  negotiation.answer(offer(AUDIO));
  const held = negotiation.answer(offer(AUDIO, HELD));
  expect([held.agreed.direction, connectionOf(held.answer)]).toEqual(['recvonly', '10.0.0.7']);
  expect(connectionOf(open().answer(offer(AUDIO, HELD)).answer)).toBe('198.51.100.7');
});

test('a stream has one family for life', () => {
  const six = offer(AUDIO, 'c=IN IP6 2001:db8::1');
  const refused = expect.objectContaining({ code: 'bad-sdp' }) as Error;
  expect(() => open().answer(six)).toThrow(refused);
  const negotiation = open(ALL, '2001:db8::7');
  expect(connectionOf(negotiation.answer(six).answer)).toBe('2001:db8::7');
  expect(() => negotiation.answer(offer(AUDIO))).toThrow(refused);
  negotiation.offer(null);
  expect(() => negotiation.accept(offer(OTHER))).toThrow(refused);
  expect(negotiation.codec).toBe('PCMA');
});

test('keys of ours stay for the life of the stream, and differ between streams', () => {
  const SAVP = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${THEIR_KEY}`;
  const lines = (port: number) => offer(`m=audio ${port} RTP/SAVP 8`, SAVP);
  const [one, two] = [open(), open()];
  const key = (agreed: { crypto?: { sendKey: string } }) => agreed.crypto?.sendKey ?? '';
  const first = key(one.answer(lines(4000)).agreed);
  expect(Buffer.from(first, 'base64')).toHaveLength(30);
  expect(key(one.answer(lines(4004)).agreed)).toBe(first);
  expect(key(two.answer(lines(4000)).agreed)).not.toBe(first);
  const ours = one.offer(null);
  expect(ours).toMatch(/^m=audio 20000 RTP\/SAVP /m);
  expect(ours).toContain(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${first}\r\n`);
  expect(key(one.accept(lines(4006)))).toBe(first);
});

test('an offer may demand encryption, and its answer must have it; the next one may go without', () => {
  const negotiation = open();
  const ours = negotiation.offer(null, true);
  expect(ours).toMatch(/^m=audio 20000 RTP\/SAVP /m);
  expect(() => negotiation.accept(offer(AUDIO))).toThrow(
    expect.objectContaining({ code: 'no-codec' }),
  );
  const plain = negotiation.offer(null, false);
  expect(plain).not.toMatch(/SAVP|crypto/);
  expect(originOf(plain).version).toBe(originOf(ours).version + 1);
  expect(negotiation.accept(offer(AUDIO)).crypto).toBeUndefined();
  expect(negotiation.offer(null)).not.toMatch(/SAVP|crypto/);
});

test('who cannot encrypt does not offer it', () => {
  expect(() => new Negotiation(advertised, { port: 20_000 }).offer(null, true)).toThrow(
    expect.objectContaining({ code: 'no-codec' }),
  );
});

test('nothing is promised that the engine has not said that it can', () => {
  const plain = new Negotiation(advertised, { port: 20_000 });
  expect(plain.offer(null)).not.toMatch(/G722|CN|rtcp|crypto/);
});

test.each([
  ['nothing said', [], 60],
  ['a wish, which is no limit', ['a=ptime:20'], 60],
  ['a limit', ['a=ptime:20', 'a=maxptime:40'], 40],
])('packets of a short announcement are as long as the far side takes: %s', (_what, lines, ms) => {
  const long = new Negotiation(advertised, { port: 20_000, longPackets: true });
  const { answer, agreed } = long.answer(offer([AUDIO, ...lines].join('\r\n')));
  expect(agreed.packetMs).toBe(ms);
  expect(answer).toContain('a=ptime:60\r\n');
  expect(open().answer(offer(AUDIO)).answer).toContain('a=ptime:20\r\n');
});
