import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUTSIDE_TYPES } from '../../../src/domain/outside/event';
import { makeSecret, secretText, signatureHeaders } from '../../../src/jobs/webhooks/sign';
import { EXAMPLES, shownMessage } from '../../support/outside-examples';

/** docs/webhooks.md tells receivers what is sent and how to verify it. */
const text = readFileSync(join(__dirname, '../../../docs/webhooks.md'), 'utf8');
const sections = new Map(
  text
    .split('\n### `')
    .slice(1)
    .map((section) => [section.split('`')[0] ?? '', section]),
);

test('every event stands there with an example of what is sent', () => {
  expect([...sections.keys()]).toEqual(OUTSIDE_TYPES);
  expect(EXAMPLES.map(({ type }) => type)).toEqual(OUTSIDE_TYPES);
  for (const event of EXAMPLES) {
    const [, shown] = /```json\n([\s\S]*?)\n```/.exec(sections.get(event.type) ?? '') ?? [];
    expect(shown).toBe(shownMessage(event));
  }
});

describe('its way to verify', () => {
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  type Verify = (
    headers: Record<string, string>,
    body: string,
    secret: string,
    now: number,
  ) => boolean;
  // The very text, as somebody copies it.
  const verify = new Function('require', `${code}; return verify`)(require) as Verify;
  const [secret, former] = [makeSecret(), makeSecret()];
  const at = 1_772_413_200_123;
  const message = { id: 'evt-1', at, body: '{"type":"call.ended","名":"值"}' };
  const headers = signatureHeaders(message, [secret, former]);

  test('takes what we sign, by either of two secrets', () => {
    expect(verify(headers, message.body, secretText(secret), at)).toBe(true);
    expect(verify(headers, message.body, secretText(former), at + 299_000)).toBe(true);
  });
  test.each([
    ['another secret', headers, message.body, secretText(makeSecret()), at],
    ['another body', headers, `${message.body} `, secretText(secret), at],
    ['another id', { ...headers, 'webhook-id': 'evt-2' }, message.body, secretText(secret), at],
    ['an old one', headers, message.body, secretText(secret), at + 301_000],
    ['none', { ...headers, 'webhook-signature': 'v1,' }, message.body, secretText(secret), at],
  ])('refuses %s', (_what, given, body, by, now) => {
    expect(verify(given, body, by, now)).toBe(false);
  });
  test('the example of the specification', () => {
    const given = signatureHeaders(
      {
        ...{ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: 1_614_265_330_000 },
        body: '{"test": 2432232314}',
      },
      [Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')],
    );
    expect(given['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});
