import { parseMessage, type SipMessage } from '../../../../sip/message/sip-message';
import { MergedRequests } from '../../../../sip/transaction/merged-requests';
import type { ServerTransaction } from '../../../../sip/transaction/server-transaction';

function message(change: { callId?: string; tag?: string; cseq?: string; to?: string } = {}) {
  const { callId = 'c', tag = 'f', cseq = '1 INVITE', to = '<sip:b@h>' } = change;
  const method = cseq.split(' ')[1] as string;
  const text =
    `${method} sip:b@h SIP/2.0\r\nFrom: <sip:a@h>;tag=${tag}\r\nTo: ${to}\r\n` +
    `Call-ID: ${callId}\r\nCSeq: ${cseq}\r\n\r\n`;
  return parseMessage(text) as SipMessage;
}

/** Of a transaction only its request, its status and whether it is proxied matter here. */
function first(status = 100, mayComeBack = false): ServerTransaction {
  return { request: message(), status, mayComeBack } as ServerTransaction;
}

test.each([
  ['the same request', {}, true],
  ['another Call-ID', { callId: 'd' }, false],
  ['another sender', { tag: 'g' }, false],
  ['a later request', { cseq: '2 INVITE' }, false],
  ['another method', { cseq: '1 OPTIONS' }, false],
  ['a request inside a dialog', { to: '<sip:b@h>;tag=t' }, false],
])('%s: merged is %j', (_name, change, expected) => {
  const merged = new MergedRequests();
  merged.add(first());
  expect(merged.isMerged(message(change))).toBe(expected);
});

test.each([
  ['waits', first(100), true],
  ['was answered well', first(200), true],
  ['was refused', first(486), false],
  ['is being proxied', first(100, true), false],
])('a copy of a request that %s', (_name, transaction, expected) => {
  const merged = new MergedRequests();
  merged.add(transaction);
  expect(merged.isMerged(message())).toBe(expected);
});

test('a transaction that is over leaves nothing behind, and takes nobody else along', () => {
  const merged = new MergedRequests();
  const [old, current] = [first(486), first()];
  merged.add(old);
  merged.add(current);
  merged.remove(old);
  expect(merged.isMerged(message())).toBe(true);
  merged.remove(current);
  expect(merged.isMerged(message())).toBe(false);
});
