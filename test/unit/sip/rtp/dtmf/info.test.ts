import { keyOfInfo } from '../../../../../sip/rtp/dtmf/info';
import { KEYS } from '../../../../../sip/rtp/dtmf/keys';

const RELAY = 'application/dtmf-relay';
const PLAIN = 'application/dtmf';

test.each([
  ['the usual', RELAY, 'Signal=5\r\nDuration=250\r\n', '5', 250],
  [
    'spaces, other case, other order',
    'Application/DTMF-Relay',
    ' duration = 90 \n SIGNAL= d',
    'D',
    90,
  ],
  ['a parameter of the type', `${RELAY}; charset=utf-8`, 'Signal=#\nDuration=100', '#', 100],
  ['no duration', RELAY, 'Signal=*', '*', 160],
  ['nonsense for a duration', RELAY, 'Signal=1\r\nDuration=-5', '1', 160],
  ['a duration too short', RELAY, 'Signal=1\r\nDuration=0', '1', 40],
  ['a duration too long', RELAY, 'Signal=1\r\nDuration=99999999', '1', 10_000],
  ['an event code', RELAY, 'Signal=11\r\nDuration=100', '#', 100],
  ['quotes', RELAY, 'Signal="7"', '7', 160],
  ['two signals', RELAY, 'Signal=1\r\nSignal=2', '1', 160],
  ['the key alone', PLAIN, '8', '8', 160],
  ['the key alone, with line ends', PLAIN, '\r\n#\r\n', '#', 160],
  ['the short form', PLAIN, 'Signal=3\r\nd=120', '3', 120],
])('%s', (_name, type, body, key, durationMs) => {
  expect(keyOfInfo(type, body)).toEqual({ key, durationMs });
});

test('every key in both forms', () => {
  for (const key of KEYS) {
    expect(keyOfInfo(PLAIN, key)?.key).toBe(key);
    expect(keyOfInfo(RELAY, `Signal=${key.toLowerCase()}\r\nDuration=100`)?.key).toBe(key);
  }
});

test.each([
  ['another type', 'text/plain', 'Signal=5'],
  ['no body', RELAY, ''],
  ['no signal', RELAY, 'Duration=100'],
  ['no key', RELAY, 'Signal=E'],
  ['flash', RELAY, 'Signal=16'],
  ['two keys', PLAIN, '12x'],
  ['an empty signal', RELAY, 'Signal=\r\nDuration=5'],
  ['far too much', RELAY, `Signal=5\r\n${'x'.repeat(600)}`],
])('%s is no key press', (_name, type, body) => {
  expect(keyOfInfo(type, body)).toBeNull();
});
