import { fromWithoutLocalhost, withoutLocalhost } from '../../../../sip/gateway/app-headers';
import { composeAnswer } from '../../../../sip/gateway/compose-answer';
import { composeNewRequest } from '../../../../sip/gateway/compose-request';
import { parseMessage, type SipMessage } from '../../../../sip/message/sip-message';
import type { Flow } from '../../../../sip/transport/flow';

const flow = {
  protocol: 'udp',
  reliable: false,
  address: '10.0.0.2',
  port: 5060,
  localHost: '10.0.0.1',
  localPort: 5070,
  id: '',
  send: () => undefined,
} satisfies Flow;

function message(lines: string[], body = ''): SipMessage {
  const parsed = parseMessage([...lines, '', body].join('\r\n'), true);
  if (parsed === undefined) throw new Error('not a message');
  return parsed;
}

const fresh = { branch: 'z9hG4bKb', fromTag: 'ft', callId: 'made-up', cseq: 42 };

describe('localhost in what an app wrote', () => {
  test.each([
    ['<sip:me@localhost;foo=bar>;expires=60', '<sip:me@10.0.0.1:5070;foo=bar>;expires=60'],
    ['<sip:me@localhost:9>', '<sip:me@10.0.0.1:5070>'],
    ['sip:me@localhost;tag=1', '<sip:me@10.0.0.1:5070>;tag=1'],
    ['<sip:localhost>', '<sip:localhost>'],
    ['<sip:me@localhost.lan:9>', '<sip:me@localhost.lan:9>'],
    ['<sip:me@elsewhere>', '<sip:me@elsewhere>'],
  ])('%s becomes %s', (value, expected) => {
    expect(withoutLocalhost(value, flow)).toBe(expected);
  });

  test('a From outside dialogs needs no user part', () => {
    expect(fromWithoutLocalhost('<sip:localhost>', flow)).toBe('<sip:10.0.0.1:5070>');
  });
});

describe('a request of an app outside dialogs', () => {
  test('gets everything it lacks', () => {
    const text = composeNewRequest(message(['INVITE sip:b@h SIP/2.0'], 'v=0\r\n'), flow, fresh);
    expect(text.split('\r\n')).toEqual([
      'INVITE sip:b@h SIP/2.0',
      'Via: SIP/2.0/UDP 10.0.0.1:5070;rport;branch=z9hG4bKb',
      'Max-Forwards: 70',
      'From: <sip:10.0.0.1:5070>;tag=ft',
      'To: <sip:b@h>',
      'Call-ID: made-up',
      'CSeq: 42 INVITE',
      'Contact: <sip:10.0.0.1:5070>',
      'Content-Type: application/sdp',
      'Content-Length: 5',
      '',
      'v=0',
      '',
    ]);
  });

  test('keeps Call-ID, From-tag, CSeq and Max-Forwards that the app gave', () => {
    const app = message([
      'REGISTER sip:h SIP/2.0',
      'call-id: mine',
      'from: <sip:a@h>;tag=t1',
      'cseq: 77 REGISTER',
      'max-forwards: 5',
      'content-length: 99',
      'via: forged',
      'Route: <sip:forged>',
      'x-lower: kept',
    ]);
    const sent = message(composeNewRequest(app, flow, fresh).split('\r\n'));
    expect([sent.callId, sent.fromTag, sent.cseq, sent.get('max-forwards')]).toEqual([
      'mine',
      't1',
      77,
      '5',
    ]);
    expect(sent.count('via')).toBe(1);
    expect([sent.has('route'), sent.has('contact')]).toEqual([false, false]);
    expect(sent.text).toContain('x-lower: kept');
    expect(sent.get('content-length')).toBe('0');
  });
});

describe('an answer of an app', () => {
  const invite = message([
    'INVITE sip:b SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK1;received=10.0.0.2;rport=5060',
    'Via: SIP/2.0/UDP far',
    'Record-Route: <sip:p;lr>',
    'From: <sip:a>;tag=a',
    'To: <sip:b>',
    'Call-ID: c',
    'CSeq: 1 INVITE',
  ]);
  const parts = { toTag: 'us', flow, contact: undefined, extra: '' };
  const answer = (lines: string[], body = '', more = {}) =>
    message(composeAnswer(invite, message(lines, body), { ...parts, ...more }).split('\r\n'), '');

  test('takes Vias, routes and identity from the request and adds tag and Contact to a 200', () => {
    const sent = answer(['SIP/2.0 200 OK', 'to: <sip:b>', 'Via: forged'], 'v=0');
    expect(sent.all('via')).toEqual(invite.all('via'));
    expect(sent.get('record-route')).toBe('<sip:p;lr>');
    expect(sent.toTag).toBe('us');
    expect(sent.get('contact')).toBe('<sip:10.0.0.1:5070>');
    expect(sent.get('content-type')).toBe('application/sdp');
  });

  test('has no Contact on a plain 180, and has one when it is reliable', () => {
    expect(answer(['SIP/2.0 180 Ringing']).has('contact')).toBe(false);
    const reliable = answer(['SIP/2.0 180 Ringing', 'Require: 100rel'], '', { rseq: 3 });
    expect([reliable.has('contact'), reliable.get('rseq')]).toEqual([true, '3']);
  });

  test('has neither Contact nor routes on a failure, but the Contacts of a redirection', () => {
    const busy = answer(['SIP/2.0 486 Busy']);
    expect([busy.has('contact'), busy.has('record-route')]).toEqual([false, false]);
    expect(answer(['SIP/2.0 302 Moved', 'Contact: <sip:x>']).get('contact')).toBe('<sip:x>');
  });

  test('has no tag on a 100, and keeps one that the app chose', () => {
    expect(answer(['SIP/2.0 100 Trying']).toTag).toBeUndefined();
    expect(answer(['SIP/2.0 180 Ringing', 'to: <sip:b>;tag=theirs']).toTag).toBe('theirs');
  });
});
