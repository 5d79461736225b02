import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { frame } from '../../sip/gateway/frames';
import { tonePayload } from '../support/tone';

/** Good inputs of each kind; mutants are made of these. All as byte text. */

const TORTURES = join(__dirname, '..', 'sip', 'rfc4475');

export const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  'b=AS:64',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 4000 RTP/AVP 8 0 101',
  'c=IN IP6 ::1',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  'a=sendrecv',
  'm=video 0 RTP/AVP 31',
  '',
].join('\r\n');

function sip(startLine: string, cseq: string, ...more: string[]): string {
  return [
    startLine,
    'Via: SIP/2.0/UDP 127.0.0.1:5062;rport;branch=z9hG4bKfuzz, SIP/2.0/TCP [2001:db8::1]:5060',
    'Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>',
    'f: "Wang \\"Fang\\"" <sip:+8613800001111@127.0.0.1;user=phone>;tag=a1',
    't: <sip:400@127.0.0.1>',
    'Call-ID: fuzz-1@127.0.0.1',
    `CSeq: ${cseq}`,
    'Max-Forwards: 70',
    'Contact: <sip:phone@127.0.0.1:5062;transport=udp>;expires=60',
    ...more,
  ].join('\r\n');
}

const INVITE = sip(
  'INVITE sip:400@127.0.0.1 SIP/2.0',
  '1 INVITE',
  'Require: 100rel',
  'Content-Type: application/sdp',
  `Content-Length: ${SDP.length}`,
  '',
  SDP,
);
const REGISTER = sip(
  'REGISTER sip:127.0.0.1 SIP/2.0',
  '2 REGISTER',
  'Authorization: Digest username="8001", realm="x", nonce="n", uri="sip:x", response="0"',
  'l: 0',
  '\r\n',
);
const OK = sip('SIP/2.0 200 OK', '1 INVITE', `Content-Length: ${SDP.length}`, '', SDP);

/** What calls and phones say. */
export const CALL_SEEDS: readonly string[] = [
  INVITE,
  REGISTER,
  OK,
  sip('ACK sip:400@127.0.0.1 SIP/2.0', '1 ACK', 'l: 0', '\r\n'),
  sip('CANCEL sip:400@127.0.0.1 SIP/2.0', '1 CANCEL', 'l: 0', '\r\n'),
  sip('BYE sip:400@127.0.0.1 SIP/2.0', '3 BYE', 'l: 0', '\r\n'),
];

export const SIP_SEEDS: readonly string[] = [
  ...CALL_SEEDS,
  ...readdirSync(TORTURES)
    .filter((name) => name.endsWith('.dat'))
    .sort()
    .map((name) => readFileSync(join(TORTURES, name), 'latin1')),
];

export const FRAME_SEEDS: readonly string[] = [
  '1|authenticate|secret|cell1,other',
  '2|route|invite',
  '3|remove_route|invite',
  '4|ping',
  `5|sip|11111111-2222-3333-4444-555555555555||\r\nSIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n${SDP}`,
  `6|sip||dialog-1|\r\nBYE sip:placeholder SIP/2.0\r\nReason: Q.850;cause=16\r\n\r\n`,
  `7|sip|||sip:proxy\r\n${INVITE}`,
  '8|proxy|tx|remainInDialog|fullResponse|followRedirects|simultaneous|2s|sip:a@b|sip:c@d\r\n\r\n',
].map(frame);

export const CONTROL_SEEDS: readonly string[] = [
  { command: 'hello', params: { secret: 's', app: 'cell1' } },
  { command: 'ack', params: { seq: 7 } },
  { command: 'hotlines', params: { numbers: ['400', '+4930123'] } },
  { command: 'dialog.note', params: { dialogId: 'd', note: 'n', session: 's', endpoint: 'e' } },
  { command: 'endpoint.answer', params: { session: 's', endpoint: 'e', offer: SDP } },
  { command: 'endpoint.answer', params: { session: 's', endpoint: 'a', offer: SDP } },
  { command: 'endpoint.answer', params: { session: 's', endpoint: 'b', offer: SDP } },
  { command: 'endpoint.offer', params: { session: 's', endpoint: 'c', like: 'a' } },
  { command: 'endpoint.music', params: { session: 's', endpoint: 'e' } },
  { command: 'bridge', params: { session: 's', a: 'a', b: 'b' } },
  {
    command: 'record.start',
    params: { session: 's', recording: 'r', path: 'r.wav', left: 'a', right: 'b' },
  },
  { command: 'record.pause', params: { session: 's', recording: 'r' } },
  { command: 'monitor.join', params: { session: 's', endpoint: 'c', on: 'b', mode: 'barge' } },
  { command: 'endpoint.answer', params: { session: 't', endpoint: 'd', offer: SDP, near: 's' } },
  { command: 'endpoint.move', params: { session: 't', endpoint: 'd', to: 's' } },
  { command: 'endpoint.close', params: { session: 's', endpoint: 'c' } },
  { command: 'session.close', params: { session: 's' } },
].map((command, i) => `${JSON.stringify({ id: i + 1, ...command })}\n`);

const RTP_HEADER = '\x80\x08\x00\x01\x00\x00\x00\xa0\x12\x34\x56\x78';
export const RTP_SEEDS: readonly string[] = [
  RTP_HEADER + '\xd5'.repeat(160),
  // A tone that nobody else says.
  RTP_HEADER + tonePayload('PCMA', 440, 0).toString('latin1'),
  // A key press.
  `\x80\xe5${RTP_HEADER.slice(2)}\x05\x8a\x03\x20`,
  // Two CSRCs, an extension of one word, and padding.
  `\xb2${RTP_HEADER.slice(1)}AAAABBBB\xbe\xde\x00\x01\x10\xff\x00\x00${'\xd5'.repeat(20)}\0\0\0\x04`,
];

const SENDER = '\x12\x34\x56\x78';
const SR = `\x80\xc8\x00\x06${SENDER}${'\xe8\x01\x02\x03'.repeat(2)}\x00\x00\x00\xa0\x00\x00\x00\x09\x00\x00\x05\xa0`;
const BLOCK = `${SENDER}\x10\x00\x00\x02\x00\x00\x00\x40\x00\x00\x00\x08${'\x00\x01\x02\x03'.repeat(2)}`;
const RR = `\x81\xc9\x00\x07${SENDER}${BLOCK}`;
const SDES = `\x81\xca\x00\x03${SENDER}\x01\x04name\x00\x00`;
export const RTCP_SEEDS: readonly string[] = [
  SR + SDES,
  RR + SDES,
  `${RR}${SDES}\x81\xcb\x00\x01${SENDER}`,
  // Of an application, and of feedback.
  `${RR}\x81\xcc\x00\x02${SENDER}name\x82\xcd\x00\x02${SENDER}${SENDER}`,
];
