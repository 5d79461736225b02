import { parseMessage, type SipMessage } from '../../../../sip/message/sip-message';
import { Repeats } from '../../../../sip/transaction/repeats';
import type { ServerTransaction } from '../../../../sip/transaction/server-transaction';

const text = ({
  method = 'INVITE',
  branch = 'z9hG4bK1',
  callId = 'one',
  more = '',
  cseq = 1,
} = {}): string =>
  [
    `${method} sip:400@host SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=${branch}`,
    'Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKfirst',
    'From: <sip:a@b>;tag=1',
    'To: <sip:c@d>',
    `Call-ID: ${callId}${more}`,
    `CSeq: ${cseq} ${method}`,
    '',
    '',
  ].join('\r\n');

const serving = (of: string) =>
  ({ request: parseMessage(of) as SipMessage }) as unknown as ServerTransaction;

test('the same text again is the same transaction, until that has gone', () => {
  const repeats = new Repeats();
  const transaction = serving(text());
  repeats.add(text(), transaction);
  expect(repeats.find(text())).toBe(transaction);
  repeats.remove(transaction);
  expect(repeats.find(text())).toBeUndefined();
});

test.each([
  ['another method', text({ method: 'CANCEL' })],
  ['another branch', text({ branch: 'z9hG4bK2' })],
  ['another Call-ID of the same length', text({ callId: 'two' })],
  ['another number under the same branch', text({ cseq: 2 })],
  ['another length', text({ more: 'x' })],
  ['an ACK', text({ method: 'ACK' })],
  ['a response', 'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\r\n'],
  ['no Via', 'INVITE sip:a@b SIP/2.0\r\n\r\n'],
  ['nothing', ''],
])('%s is not', (_what, other) => {
  const repeats = new Repeats();
  repeats.add(text(), serving(text()));
  expect(repeats.find(other)).toBeUndefined();
});

test('one that came later under the same branch is not forgotten with the first', () => {
  const repeats = new Repeats();
  const [first, second] = [serving(text()), serving(text({ callId: 'two' }))];
  repeats.add(text(), first);
  repeats.add(text({ callId: 'two' }), second);
  repeats.remove(first);
  expect(repeats.find(text({ callId: 'two' }))).toBe(second);
});

test('a branch that stands somewhere else before the Via names nothing', () => {
  const odd = (branch: string) => text({ branch }).replace('400@', '400;branch=odd@');
  const repeats = new Repeats();
  repeats.add(odd('z9hG4bK1'), serving(odd('z9hG4bK1')));
  expect(repeats.find(odd('z9hG4bK2'))).toBeUndefined();
});
