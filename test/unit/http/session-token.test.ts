import { SESSION_MS, openedSession } from '../../../src/domain/sign-in/session';
import {
  equal,
  readSession,
  sessionSaid,
  signSession,
  type Session,
} from '../../../src/http/session-token';

const KEY = Buffer.alloc(32, 1);
const NOW = 1_700_000_000_000;
const openSession = (personId: string, at: number): Session =>
  sessionSaid(openedSession({ id: 's1', personId, at, address: '127.0.0.1', client: '' }));
const token = signSession(openSession('wang', NOW), KEY);

describe('a session token', () => {
  test('names session and person for twelve hours', () => {
    expect(SESSION_MS).toBe(43_200_000);
    expect(readSession(token, KEY, NOW)).toEqual({
      id: 's1',
      person: 'wang',
      issuedAt: NOW,
      expiresAt: NOW + SESSION_MS,
    });
    expect(readSession(token, KEY, NOW + SESSION_MS - 1)).not.toBeNull();
    expect(readSession(token, KEY, NOW + SESSION_MS)).toBeNull();
  });

  const [body = '', mac = ''] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ ...openSession('zhao', NOW) })).toString('base64url');
  test.each([
    ['signed with another key', signSession(openSession('wang', NOW), Buffer.alloc(32, 2))],
    ['of another person under the same signature', `${forged}.${mac}`],
    ['without a signature', body],
    ['with an empty signature', `${body}.`],
    ['with a shorter signature', `${body}.${mac.slice(0, -1)}`],
    ['with a third part', `${token}.x`],
    ['empty', ''],
    ['two dots', '..'],
    ['endless', 'a'.repeat(100_000)],
  ])('%s is no session', (_what, text) => {
    expect(readSession(text, KEY, NOW)).toBeNull();
  });

  test('secrets are equal or not, whatever their lengths', () => {
    expect(equal('abc', 'abc')).toBe(true);
    expect(equal('abc', 'abd')).toBe(false);
    expect(equal('abc', 'abcd')).toBe(false);
    expect(equal('é', 'e')).toBe(false);
  });
});
