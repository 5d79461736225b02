import { parseSdp } from '../../../../sip/sdp/description';
import { answerOffer, readAnswer } from '../../../../sip/sdp/negotiate';
import { makeOffer } from '../../../../sip/sdp/own-offer';
import { LOCAL, MUX, offer } from './descriptions';

const AUDIO = 'm=audio 4000 RTP/AVP 8';

test.each([
  ['the port above', [AUDIO], { address: '192.0.2.1', port: 4001, mux: false }],
  ['a port of its own', [AUDIO, 'a=rtcp:5005'], { address: '192.0.2.1', port: 5005, mux: false }],
  [
    'another machine',
    [AUDIO, 'a=rtcp:5005 IN IP4 192.0.2.9'],
    { address: '192.0.2.9', port: 5005, mux: false },
  ],
  [
    'an address of another family',
    [AUDIO, 'a=rtcp:5005 IN IP6 2001:db8::9'],
    { address: '192.0.2.1', port: 5005, mux: false },
  ],
  [
    'a name',
    [AUDIO, 'a=rtcp:5005 IN IP4 x.test'],
    { address: '192.0.2.1', port: 5005, mux: false },
  ],
  ['no port', [AUDIO, 'a=rtcp:0'], { address: '192.0.2.1', port: 4001, mux: false }],
  ['a port beyond', [AUDIO, 'a=rtcp:65536'], { address: '192.0.2.1', port: 4001, mux: false }],
  [
    'nothing above the last port',
    ['m=audio 65535 RTP/AVP 8'],
    { address: '192.0.2.1', port: 65_535, mux: false },
  ],
  [
    'one port for both, which we have not',
    [AUDIO, 'a=rtcp-mux'],
    { address: '192.0.2.1', port: 4001, mux: false },
  ],
])('RTCP by %s', (_what, lines, rtcp) => {
  const { agreed, answer } = answerOffer(offer(...lines), LOCAL);
  expect(agreed.rtcp).toEqual(rtcp);
  expect(answer).not.toContain('rtcp');
});

test('one port for both is answered when it is offered, and not when it is not', () => {
  const wanted = answerOffer(offer(AUDIO, 'a=rtcp:5005', 'a=rtcp-mux'), MUX);
  expect(wanted.agreed.rtcp).toEqual({ address: '192.0.2.1', port: 4000, mux: true });
  expect(wanted.answer).toContain('a=rtcp-mux\r\n');
  const plain = answerOffer(offer(AUDIO), MUX);
  expect(plain.agreed.rtcp.mux).toBe(false);
  expect(plain.answer).not.toContain('rtcp-mux');
});

test('one port for both is offered, and agreed when the answer has it too', () => {
  expect(makeOffer(MUX)).toContain('a=rtcp-mux\r\n');
  expect(makeOffer(LOCAL)).not.toContain('rtcp-mux');
  const mux = (lines: string[], local = MUX) =>
    readAnswer(offer(AUDIO, ...lines), local).agreed.rtcp.mux;
  expect([mux(['a=rtcp-mux']), mux([]), mux(['a=rtcp-mux'], LOCAL)]).toEqual([true, false, false]);
});

test('a port of ours that is not the one above is said', () => {
  const said = (rtcpPort: number) =>
    parseSdp(makeOffer({ ...LOCAL, rtcpPort })).media[0]?.attributes.filter(
      ({ name }) => name === 'rtcp',
    );
  expect(said(20_001)).toEqual([]);
  expect(said(30_000)).toEqual([{ name: 'rtcp', value: '30000' }]);
});
