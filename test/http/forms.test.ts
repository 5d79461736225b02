import { startHttp, type TestHttp } from '../support/http';
import { aForm } from '../support/records';
import { call, NOW } from '../support/two-stores';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
  http.rows.forms = [aForm({ callId: 'call-1' })];
});
afterEach(() => http.close());

const PATH = '/api/calls/call-1/form';
const SALE = { kind: 'pre-sale', level: 'H', source: 'web', disposition: 'invited' };

test('A06, A08: a draft is kept and says what is missing; 200 comes when it is on disk', async () => {
  const draft = await http.ask('wang', 'POST', PATH, { kind: 'pre-sale', note: 'red' });
  expect([draft.statusCode, draft.json()]).toMatchObject([
    200,
    { state: 'unclassified', missing: ['level', 'source', 'disposition'], note: 'red', faults: [] },
  ]);
  expect(http.rows.written).toBe(1);
  const { kind: _kind, ...rest } = SALE;
  const done = await http.ask('wang', 'POST', PATH, rest);
  expect(done.json()).toMatchObject({ ...SALE, state: 'complete', missing: [], note: 'red' });
  expect((await http.ask('chen', 'GET', PATH)).json()).toMatchObject({ ...SALE, filledBy: 'wang' });
});

test('nothing is answered before it is on disk', async () => {
  await http.close();
  let written = (): void => undefined;
  const disk = new Promise<void>((resolve) => (written = resolve));
  http = startHttp({ deps: { written: () => disk } });
  http.rows.forms = [aForm({ callId: 'call-1' })];
  let answered = false;
  const asked = http.ask('wang', 'POST', PATH, SALE).then((response) => {
    answered = true;
    return response.statusCode;
  });
  // Another request goes all the way meanwhile.
  await http.ask('wang', 'GET', '/api/form-choices');
  expect(answered).toBe(false);
  written();
  expect(await asked).toBe(200);
});

test('an answer that cannot be is told, in both languages, and takes no other one with it', async () => {
  const response = await http.ask('wang', 'POST', PATH, { ...SALE, level: 'X' });
  expect([response.statusCode, response.json()]).toMatchObject([
    200,
    { ...SALE, level: null, state: 'unclassified', missing: ['level'] },
  ]);
  expect(response.json()).toMatchObject({
    faults: [
      {
        field: 'level',
        value: 'X',
        zh: '应为 H、A、B、C 之一。',
        en: 'One of H, A, B, C is wanted.',
      },
    ],
  });
});

test.each([
  ['a colleague', 'li', 'call-1', SALE, 403, 'NOT_YOUR_FORM'],
  ['somebody of another store', 'sun', 'call-1', SALE, 404, 'NO_FORM'],
  ['of no call', 'wang', 'call-9', SALE, 404, 'NO_FORM'],
  ['with a field that there is not', 'wang', 'call-1', { colour: 'red' }, 400, 'INVALID_REQUEST'],
  ['with a NUL', 'wang', 'call-1', { note: 'a\u0000b' }, 400, 'INVALID_REQUEST'],
])('%s is refused', async (_what, who, id, body, status, code) => {
  const response = await http.ask(who, 'POST', `/api/calls/${id}/form`, body);
  expect([response.statusCode, response.json()]).toMatchObject([status, { code }]);
  expect(http.rows.written).toBe(0);
});

test('one that falls to others is filled in by the owner of the lead, or a supervisor', async () => {
  http.rows.forms = [aForm({ callId: 'call-1', agentId: 'wu', falls: true })];
  http.rows.owners.set('call-1', 'li');
  expect((await http.ask('wang', 'POST', PATH, SALE)).statusCode).toBe(403);
  expect((await http.ask('li', 'POST', PATH, { note: 'mine' })).statusCode).toBe(200);
  expect((await http.ask('chen', 'POST', PATH, SALE)).json()).toMatchObject({ state: 'complete' });
});

test('a complete form is corrected whole, or stays as it was', async () => {
  await http.ask('wang', 'POST', PATH, SALE);
  const holed = await http.ask('chen', 'POST', PATH, { kind: 'after-sale' });
  expect([holed.statusCode, holed.json()]).toMatchObject([409, { code: 'FORM_INCOMPLETE' }]);
  const body = { kind: 'after-sale', disposition: 'handed-over' };
  expect((await http.ask('chen', 'POST', PATH, body)).json()).toMatchObject({
    ...{ ...body, state: 'complete', filledBy: 'chen' },
    followUp: { department: 'after-sales', state: 'open' },
  });
});

test('what can be chosen is told in both languages', async () => {
  const choices = (await http.ask('wang', 'GET', '/api/form-choices')).json<{
    sources: { id: string; zh: string; en: string }[];
  }>();
  expect(choices).toMatchObject({
    kinds: ['pre-sale', 'after-sale'],
    levels: ['H', 'A', 'B', 'C'],
  });
  expect(choices.sources).toContainEqual({ id: 'web', zh: '网站', en: 'web site' });
});

test.each([
  [
    'an agent: what is in his work list, whatever the store',
    ...(['wang', '?unclassified=true', { unclassified: { agentId: 'wang' } }] as const),
  ],
  [
    'a supervisor: all of the store',
    ...(['chen', '?unclassified=true', { storeIds: ['bj01'], unclassified: 'store' }] as const),
  ],
])('calls without a complete form, for %s', async (_who, who, query, filter) => {
  await http.ask(who, 'GET', `/api/calls${query}`);
  expect(http.rows.filters).toEqual([filter]);
});

test('A09: each call says whether it is flagged for its length, and only those can be asked for', async () => {
  const firstTalkAt = NOW - 900_000;
  http.rows.calls = [
    call('long', { firstTalkAt, endedAt: NOW }),
    call('short', { firstTalkAt: firstTalkAt + 1, endedAt: NOW }),
  ];
  const { items } = (await http.ask('wang', 'GET', '/api/calls?long=true')).json<{
    items: { id: string; long: boolean }[];
  }>();
  expect(items.map(({ id, long }) => [id, long])).toEqual([
    ['long', true],
    ['short', false],
  ]);
  expect(http.rows.filters).toEqual([{ storeIds: ['bj01'], longAt: NOW }]);
  expect((await http.ask('wang', 'GET', '/api/calls/long')).json()).toMatchObject({
    call: { long: true, form: null },
  });
});

test('the report of a week', async () => {
  const response = await http.ask('chen', 'GET', '/api/reports/unclassified');
  expect(response.json()).toMatchObject({ from: NOW - 7 * 86_400_000, to: NOW, unclassified: 1 });
});

describe('follow-ups', () => {
  const row = (id: string, parts: object = {}) => ({
    ...{ id, callId: 'call-1', storeId: 'bj01', department: 'sales' as const, agentId: 'wang' },
    ...{ openedAt: NOW, dueAt: NOW + 1, state: 'open' as const, doneBy: null, doneAt: null },
    ...{ leadId: null, customerId: null, number: '', name: '', overdue: false, ...parts },
  });

  test.each([
    ['wang', '?state=overdue', { own: 'wang', state: 'overdue' }],
    ['wang', '?agentId=li', { own: 'wang', agentId: 'li' }],
    ['chen', '?agentId=li', { storeIds: ['bj01'], agentId: 'li' }],
    ['chen', '', { storeIds: ['bj01'] }],
  ])('by %s%s', async (who, query, { own, ...filter }: { own?: string; storeIds?: string[] }) => {
    await http.ask(who, 'GET', `/api/follow-ups${query}`);
    expect(http.rows.filters).toEqual([
      {
        ...{ storeIds: [], afterSalesOf: [], now: NOW },
        ...{ own: { of: own ? ['bj01'] : [], agentId: who }, ...filter },
      },
    ]);
  });

  test.each([
    ['wang', 'his own', row('f-1'), 204],
    ['li', "a colleague's", row('f-1'), 404],
    ['chen', "one of his store's", row('f-1'), 204],
    ['sun', "another store's", row('f-1'), 404],
    ['wang', 'one of after-sales', row('f-1', { department: 'after-sales', agentId: null }), 404],
  ])('%s says that %s is done: %j', async (who, _what, followUp, status) => {
    http.rows.followUps = [followUp];
    const response = await http.ask(who, 'POST', '/api/follow-ups/f-1/done');
    expect(response.statusCode).toBe(status);
    expect(http.rows.followUps[0]?.doneBy).toBe(status === 204 ? who : null);
  });
});
