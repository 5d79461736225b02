import { parseMessage, type SipMessage } from '../../../../sip/message/sip-message';
import {
  answerLines,
  demanded,
  dueAfterS,
  isTooBrief,
  refreshLines,
  sessionExpiresOf,
  timerOf,
  type SessionTimer,
} from '../../../../sip/dialog/session-timer';

const request = (...headers: string[]): SipMessage => made('INVITE sip:a@b SIP/2.0', headers);
const response = (...headers: string[]): SipMessage => made('SIP/2.0 200 OK', headers);

function made(start: string, headers: string[]): SipMessage {
  return parseMessage([start, ...headers, '', ''].join('\r\n'), true) as SipMessage;
}

test.each([
  ['Session-Expires: 1800;refresher=uas', { seconds: 1800, refresher: 'uas' }],
  ['x: 90 ; refresher=UAC', { seconds: 90, refresher: 'uac' }],
  ['Session-Expires: 600', { seconds: 600, refresher: undefined }],
  ['Session-Expires: 600;refresher=nobody', { seconds: 600, refresher: undefined }],
  ['Session-Expires: 999999999', { seconds: 86_400, refresher: undefined }],
  ['Session-Expires: soon', undefined],
  ['Subject: none', undefined],
])('reads %s', (header, expected) => {
  expect(sessionExpiresOf(request(header))).toEqual(expected);
});

const THEIRS: SessionTimer = { intervalS: 600, refresher: 'them' };
const OURS: SessionTimer = { intervalS: 600, refresher: 'us' };

describe('our answer', () => {
  test.each<[string, string[], SessionTimer | undefined, string]>([
    [
      'grants who refreshes',
      ['Session-Expires: 600;refresher=uas'],
      undefined,
      '600;refresher=uas',
    ],
    [
      'never grants less than 90 s',
      ['Session-Expires: 30;refresher=uas'],
      undefined,
      '90;refresher=uas',
    ],
    ['leaves out what nobody settled', ['Session-Expires: 600'], undefined, ''],
    ['keeps what was settled: us', ['Session-Expires: 600'], OURS, '600;refresher=uas'],
    ['keeps what was settled: them', ['Session-Expires: 600'], THEIRS, '600;refresher=uac'],
    ['says nothing without being asked', [], THEIRS, ''],
  ])('%s', (_name, headers, before, expected) => {
    const lines = answerLines(request(...headers), response(), before);
    expect(/Session-Expires: (\S+)/.exec(lines)?.[1] ?? '').toBe(expected);
    // RFC 4028 §9: whoever is bound to refresh must understand it.
    expect(lines.includes('Require: timer')).toBe(expected.endsWith('uac'));
  });

  test("leaves the app's own header alone", () => {
    const own = response('Session-Expires: 1200;refresher=uas');
    expect(answerLines(request('Session-Expires: 600;refresher=uac'), own, undefined)).toBe('');
  });
});

test.each<[string, 'us' | 'them', SessionTimer | undefined]>([
  ['1800;refresher=uac', 'them', { intervalS: 1800, refresher: 'us' }],
  ['1800;refresher=uas', 'them', { intervalS: 1800, refresher: 'them' }],
  ['1800', 'them', { intervalS: 1800, refresher: 'us' }],
  ['1800;refresher=uas', 'us', { intervalS: 1800, refresher: 'us' }],
  ['1800;refresher=uac', 'us', { intervalS: 1800, refresher: 'them' }],
  ['20;refresher=uac', 'them', { intervalS: 90, refresher: 'us' }],
])('a 2xx with Session-Expires %s sent by %s sets the timer', (value, sentBy, expected) => {
  expect(timerOf(response(`Session-Expires: ${value}`), sentBy)).toEqual(expected);
});

test('a 2xx without it takes the timer away', () => {
  expect(timerOf(response(), 'them')).toBeUndefined();
});

test('only what is below 90 s is too brief', () => {
  expect(isTooBrief(request('Session-Expires: 89'))).toBe(true);
  expect(isTooBrief(request('Session-Expires: 90'))).toBe(false);
  expect(isTooBrief(request())).toBe(false);
});

test('our refresh is due at half the interval, spread by five seconds; theirs at its end', () => {
  expect([0, 0.5, 1].map((chance) => dueAfterS(OURS, chance))).toEqual([295, 300, 305]);
  expect(dueAfterS(THEIRS, 1)).toBe(600);
  expect(refreshLines(OURS)).toContain('Session-Expires: 600;refresher=uac\r\nMin-SE: 90\r\n');
});

test.each([
  ['Min-SE: 1200', 1200],
  ['Min-SE: 20', undefined],
  ['Min-SE: 4000000000', undefined],
  ['Subject: x', undefined],
])('a 422 with %s asks for %s', (header, expected) => {
  expect(demanded(response(header))).toBe(expected);
});
