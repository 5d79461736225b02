import { parseMessage, type SipMessage } from '../../../../sip/message/sip-message';
import {
  afterAnswer,
  asksForSubscription,
  grantedS,
  isLastNotify,
  makesSubscription,
} from '../../../../sip/dialog/subscription';

const made = (start: string, headers: string[]): SipMessage =>
  parseMessage([start, ...headers, '', ''].join('\r\n'), true) as SipMessage;
const request = (method: string, ...headers: string[]) =>
  made(`${method} sip:a@b SIP/2.0`, headers);
const response = (status: number, ...headers: string[]) => made(`SIP/2.0 ${status} X`, headers);

test.each<[string, string[], string[], number]>([
  ['what the answer says', ['Expires: 600'], ['Expires: 60'], 60],
  ['else what was asked for', ['Expires: 600'], [], 600],
  ['else an hour', [], [], 3600],
  ['nothing at all', ['Expires: 0'], [], 0],
  ['no more than a week', ['Expires: 600'], ['Expires: 4294967295'], 604_800],
  ['what can be read', ['Expires: 600'], ['Expires: soon'], 600],
])('a 2xx grants %s', (_what, asked, granted, seconds) => {
  expect(grantedS(request('SUBSCRIBE', ...asked), response(200, ...granted))).toBe(seconds);
});

test.each<[string, string, string, boolean]>([
  ['NOTIFY', 'terminated', 'the last', true],
  ['NOTIFY', 'Terminated;reason=timeout', 'the last', true],
  ['NOTIFY', 'active;expires=60', 'not the last', false],
  ['NOTIFY', 'pending;why="terminated"', 'not the last', false],
  ['NOTIFY', 'terminated-soon', 'not the last', false],
  ['INFO', 'terminated', 'none', false],
])('%s with %s is %s', (method, state, _what, last) => {
  expect(isLastNotify(request(method, `Subscription-State: ${state}`))).toBe(last);
});

test('a NOTIFY that says nothing of its state goes on', () => {
  expect(isLastNotify(request('NOTIFY'))).toBe(false);
});

describe('after the answer to', () => {
  const GONE = [404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604];

  test.each<[string, SipMessage, SipMessage, 'over' | number | undefined]>([
    ['a SUBSCRIBE that is granted', request('SUBSCRIBE'), response(202, 'Expires: 60'), 60],
    ['a SUBSCRIBE to end it', request('SUBSCRIBE', 'Expires: 0'), response(200), 0],
    ['a SUBSCRIBE that is challenged', request('SUBSCRIBE'), response(401), undefined],
    ['a SUBSCRIBE that was lost', request('SUBSCRIBE'), response(408), undefined],
    ['a SUBSCRIBE that fails for now', request('SUBSCRIBE'), response(503), undefined],
    ['a NOTIFY', request('NOTIFY'), response(200), undefined],
    [
      'a NOTIFY that says how long',
      request('NOTIFY', 'Subscription-State: active;expires=30'),
      response(200),
      30,
    ],
    ['a NOTIFY that is challenged', request('NOTIFY'), response(407), undefined],
    ['a NOTIFY that nobody answers', request('NOTIFY'), response(408), 'over'],
    ['a NOTIFY that fails for now', request('NOTIFY'), response(503), undefined],
    ['the last NOTIFY', request('NOTIFY', 'Subscription-State: terminated'), response(500), 'over'],
    [
      'the last NOTIFY, challenged',
      request('NOTIFY', 'Subscription-State: terminated'),
      response(401),
      undefined,
    ],
    ['another method', request('MESSAGE'), response(481), undefined],
    ...GONE.flatMap((status): [string, SipMessage, SipMessage, 'over'][] => [
      [`a SUBSCRIBE: ${status}`, request('SUBSCRIBE'), response(status), 'over'],
      [`a NOTIFY: ${status}`, request('NOTIFY'), response(status), 'over'],
    ]),
  ])('%s', (_what, asked, answer, outcome) => {
    expect(afterAnswer(asked, answer)).toBe(outcome);
  });
});

test('REFER asks for a subscription as well, and gets none where the answer says so', () => {
  expect(['SUBSCRIBE', 'REFER', 'INVITE'].map((m) => asksForSubscription(request(m)))).toEqual([
    true,
    true,
    false,
  ]);
  expect(makesSubscription(response(202))).toBe(true);
  expect(makesSubscription(response(202, 'Refer-Sub: true'))).toBe(true);
  expect(makesSubscription(response(200, 'Refer-Sub: false'))).toBe(false);
});
