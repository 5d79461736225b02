import { faultOf } from '../../../../sip/message/sanity';
import { parseMessage, type SipMessage } from '../../../../sip/message/sip-message';
import { stampVia } from '../../../../sip/message/via';

const INVITE = [
  'INVITE sip:400@10.0.0.1 SIP/2.0',
  'v: SIP/2.0/UDP 10.0.0.2:5062;rport;branch=z9hG4bKabc',
  'Via: SIP/2.0/TCP far.example.com;branch=z9hG4bKdef',
  'f: "Wang \\"Fang\\" <1>" <sip:138@10.0.0.2;tag=inner>;tag=a1',
  'To:  <sip:400@10.0.0.1>',
  'i: x@y',
  'CSeq: 7   INVITE',
  'Subject: one',
  '  two',
  'Contact: <sip:138@10.0.0.2>',
  'Route: <sip:p1;lr>, <sip:p2;lr>',
  'Route: <sip:p3;lr>',
  'l: 4',
  '',
  'abcdef',
].join('\r\n');

function parsed(text: string, framed = false): SipMessage {
  const message = parseMessage(text, framed);
  if (message === undefined) throw new Error('not a message');
  return message;
}

describe('a SIP message', () => {
  test('yields start line, compact names, folded and repeated headers', () => {
    const message = parsed(INVITE);
    expect(message.method).toBe('INVITE');
    expect(message.uri).toBe('sip:400@10.0.0.1');
    expect(message.callId).toBe('x@y');
    expect(message.cseq).toBe(7);
    expect(message.cseqMethod).toBe('INVITE');
    expect(message.get('subject')).toBe('one two');
    expect(message.all('route')).toEqual(['<sip:p1;lr>, <sip:p2;lr>', '<sip:p3;lr>']);
    expect(message.get('to')).toBe('<sip:400@10.0.0.1>');
  });

  test('takes the tag from the header, not from the URI or the display name', () => {
    expect(parsed(INVITE).fromTag).toBe('a1');
    expect(parsed(INVITE).toTag).toBeUndefined();
  });

  test('discards what follows the body of a datagram, unless the frame says where it ends', () => {
    expect(parsed(INVITE).body).toBe('abcd');
    expect(parsed(INVITE, true).body).toBe('abcdef');
  });

  test('keeps bytes: UTF-8 goes through unchanged', () => {
    const utf8 = INVITE.replace('Wang', '王芳');
    const bytes = Buffer.from(utf8, 'utf8').toString('latin1');
    const out = Buffer.from(parsed(bytes, true).text, 'latin1').toString('utf8');
    expect(out).toBe(utf8);
  });

  test('gets received and rport of the true source into the top Via, and nothing else moves', () => {
    const message = parsed(INVITE);
    const value = message.get('via') as string;
    const stamp = stampVia(value, message.via!, '192.0.2.9', 6000);
    const stamped = message.replaceFirst('via', stamp);
    expect(stamped.all('via')).toEqual([
      'SIP/2.0/UDP 10.0.0.2:5062;branch=z9hG4bKabc;received=192.0.2.9;rport=6000',
      'SIP/2.0/TCP far.example.com;branch=z9hG4bKdef',
    ]);
    expect(stamped.get('subject')).toBe('one two');
    expect(stamped.body).toBe('abcd');
    expect(parsed(stamped.text).callId).toBe('x@y');
  });

  test.each([
    ['nothing', ''],
    ['no SIP', 'GET / HTTP/1.1\r\n\r\n'],
    ['a version that is no number', 'OPTIONS sip:a SIP/two\r\n\r\n'],
    ['a status of more digits', 'SIP/2.0 4294967301 Big\r\n\r\n'],
    ['a header line without a colon', 'OPTIONS sip:a SIP/2.0\r\nVia\r\n\r\n'],
    ['a status out of range', 'SIP/2.0 99 Low\r\n\r\n'],
  ])('is not seen in %s', (_what, text) => {
    expect(parseMessage(text)).toBeUndefined();
  });
});

describe('the sanity check', () => {
  const good = INVITE.replace('l: 4', 'l: 6');

  test('passes a good request', () => {
    expect(faultOf(parsed(good))).toBeUndefined();
  });

  test.each([
    ['Bad Via', good.replace('SIP/2.0/UDP 10.0.0.2:5062', 'nonsense')],
    ['Bad Via', good.replace(';rport;', ';;rport;')],
    ['The headers do not end', good.slice(0, good.indexOf('l: 6'))],
    ['Missing call-id header', good.replace('i: x@y\r\n', '')],
    ['Duplicate to header', good.replace('i: x@y', 'i: x@y\r\nTo: <sip:b@c>')],
    ['CSeq method does not match', good.replace('7   INVITE', '7 BYE')],
    ['Bad CSeq', good.replace('7   INVITE', '4294967296 INVITE')],
    ['Bad Content-Length', good.replace('l: 6', 'l: -1')],
    ['Body is too short', good.replace('l: 6', 'l: 7')],
    ['Bad Request-URI', good.replace('sip:400@10.0.0.1 SIP', '<sip:400@10.0.0.1> SIP')],
    ['Bad Request-URI', good.replace('INVITE sip:', 'INVITE  sip:')],
    ['Bad Request-URI', good.replace('INVITE sip:', 'INVITE ')],
    ['Bad Request-URI', good.replace('sip:400@10.0.0.1 SIP', 'sip:400@2001:db8::10 SIP')],
    ['Headers in Request-URI', good.replace('sip:400@10.0.0.1 SIP', 'sip:4@h?Route=x SIP')],
    ['Bad from header', good.replace('<1>" <', '<1> <')],
    ['Bad contact header', good.replace('<sip:138@10.0.0.2>\r\nR', '<sip:1@h>;;x\r\nR')],
    ['Bad contact header', good.replace('<sip:138@10.0.0.2>\r\nR', 'sip:1@h?Route=x\r\nR')],
  ])('answers 400 "%s"', (fault, text) => {
    expect(faultOf(parsed(text))).toEqual({ status: 400, reason: `Bad Request - ${fault}` });
  });

  test.each([
    ['another version', 505, good.replace('SIP/2.0\r\n', 'SIP/7.0\r\n')],
    ['a scheme nobody routes', 416, good.replace('INVITE sip:400', 'INVITE soap.beep:400')],
    ['an extension nobody registered', 420, good.replace('i: x', 'Require: 100rel, odd\r\ni: x')],
  ])('answers %s with %i', (_what, status, text) => {
    expect(faultOf(parsed(text))?.status).toBe(status);
  });

  test('names the extensions that nobody supports', () => {
    const text = good.replace('i: x', 'Require: timer, odd\r\nRequire: Even\r\ni: x');
    expect(faultOf(parsed(text))?.headers).toBe('Unsupported: odd, Even\r\n');
  });

  test.each([
    ['a tel URI', good.replace('sip:400@10.0.0.1 SIP', 'tel:+4930123456 SIP')],
    ['an IPv6 literal', good.replace('sip:400@10.0.0.1 SIP', 'sip:4:pw@[2001:db8::10]:5070 SIP')],
    ['an IPv4-mapped one', good.replace('sip:400@10.0.0.1 SIP', 'sip:[::ffff:192.0.2.1] SIP')],
    ['a question mark in the user part', good.replace('sip:400@10', 'sip:4?0@10')],
    ['spaces inside brackets', good.replace('<sip:400@10.0.0.1>\r', '< sip:400@10.0.0.1 >\r')],
    ['semicolons inside quotes', good.replace('"Wang', '";;,,Wang')],
    ['registered extensions', good.replace('i: x', 'Require: 100rel,Timer\r\ni: x')],
  ])('passes %s', (_what, text) => {
    expect(faultOf(parsed(text))).toBeUndefined();
  });
});

describe('the limits', () => {
  const limits = { messageBytes: 400, headerLines: 3, lineBytes: 60 };
  const withLines = (...lines: string[]) =>
    parseMessage(['OPTIONS sip:a@b SIP/2.0', ...lines, '', ''].join('\r\n'), false, limits);

  test('let through what keeps to them', () => {
    expect(withLines('A: 1', 'B: 2', `Sub: ${'x'.repeat(50)}`)?.has('sub')).toBe(true);
  });

  test.each([
    ['one header line more', ['A: 1', 'B: 2', 'D: 3', 'E: 4']],
    ['a longer line', [`A: ${'x'.repeat(60)}`]],
    ['a line that is longer for being folded', [`A: ${'x'.repeat(30)}`, ` ${'x'.repeat(30)}`]],
    ['a larger message', ['A: 1', 'B: 2', '', 'x'.repeat(400)]],
  ])('stop %s', (_what, lines) => {
    expect(withLines(...lines)).toBeUndefined();
  });
});
