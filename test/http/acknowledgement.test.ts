import { startHttp } from '../support/http';
import type { TestHttp } from '../support/http';

let http: TestHttp;

beforeEach(() => void (http = startHttp()));
afterEach(() => http.close());

const ready = () => http.ask('wang', 'POST', '/api/agents/me/ready');
const acknowledge = (version: string) =>
  http.ask('wang', 'POST', '/api/me/acknowledgement', { version });
const owed = async () =>
  (await http.ask('wang', 'GET', '/api/session')).json<{ mustAcknowledge?: { version: string } }>()
    .mustAcknowledge;

test('what everybody of the plan has to know is told until he acknowledges it, and kept once', async () => {
  expect((await ready()).statusCode).toBe(200);
  const { version = '' } = (await owed()) ?? {};
  expect((await acknowledge(version)).statusCode).toBe(204);
  http.clock.now += 1000;
  expect((await acknowledge(version)).statusCode).toBe(204);
  expect(await owed()).toBeUndefined();
  expect(http.journal.of('acknowledgement.saved')).toEqual([
    {
      kind: 'acknowledgement.saved',
      acknowledgement: { personId: 'wang', version, at: http.clock.now - 1000 },
    },
  ]);
});

test('another version than the one that counts is not taken', async () => {
  const response = await acknowledge('0');
  expect(response.statusCode).toBe(409);
  expect(response.json()).toMatchObject({ code: 'NOTICE_CHANGED' });
  expect(await owed()).toBeDefined();
});

test('a desk that refuses it is heard', async () => {
  http.desk.refusal = 'NOTICE_UNREAD';
  const refused = await ready();
  expect(refused.statusCode).toBe(409);
  expect(refused.json()).toMatchObject({ code: 'NOTICE_UNREAD' });
});
