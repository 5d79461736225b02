import { aWebForm } from '../support/fake-incoming';
import { startHttp, type TestHttp } from '../support/http';

let http: TestHttp;
const BUDGETS = { reads: 1e6, changes: 1e6, exports: 1e6, dials: 1e6, strangers: 6 };
beforeAll(() => void (http = startHttp({ deps: { budgets: BUDGETS } })));
beforeEach(() => {
  http.incoming.theForms = [
    aWebForm({ perMinute: 4 }),
    aWebForm({ id: 'form-2', stores: ['sh01'] }),
  ];
  http.incoming.handed.length = http.incoming.answers.length = 0;
  http.clock.now += 60_000;
  http.forget();
});
afterAll(() => http.close());

const SIGNED = {
  ...{ 'webhook-id': 'r-1', 'webhook-timestamp': '1769821200' },
  'webhook-signature': 'v1,good-form-1',
};
const LEAD = { number: '13800138000', name: '王芳', consent: { given: true, text: '同意' } };
const post = (
  body: object | string = LEAD,
  headers: Record<string, string> = {},
  form = 'form-1',
) =>
  http.app.inject({
    ...{ method: 'POST', url: `/api/web-forms/${form}/leads` },
    headers: { ...SIGNED, 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
const codeOf = (response: { json: <T>() => T }): string => response.json<{ code: string }>().code;

test('a signed lead of a web form is taken, and nothing is told of whom it is', async () => {
  const response = await post();
  expect(response.json()).toEqual({ id: 'in-r-1', duplicate: false });
  expect(http.incoming.handed).toEqual([
    {
      ...{ key: 'r-1', storeId: undefined, consent: { given: true, text: '同意' } },
      said: { number: '13800138000', name: '王芳' },
    },
  ]);
});

test('whatever is wrong with the signature is refused in the same words, also before what is said is looked at', async () => {
  const refused = await Promise.all([
    post(LEAD, { 'webhook-signature': 'v1,bad' }),
    post(LEAD, { 'webhook-signature': '' }),
    post(LEAD, {}, 'no-form'),
    post(LEAD, {}, 'form-2'),
    post({ surprise: 1 }, { 'webhook-signature': 'v1,bad' }),
  ]);
  const answers = refused.map(({ statusCode, body }) => `${statusCode} ${body}`);
  expect(new Set(answers)).toEqual(new Set([answers[0]]));
  expect([refused[0]?.statusCode, refused[0] && codeOf(refused[0])]).toEqual([
    ...[401, 'WEB_FORM_REFUSED'],
  ]);
  expect(http.incoming.handed).toEqual([]);
});

test('a lead that is too large, no JSON, or says what no form says is refused', async () => {
  const answers = [
    await post({ ...LEAD, message: 'x'.repeat(17_000) }),
    await post('{'),
    await post({ ...LEAD, source: 'showroom' }),
    await post({ ...LEAD, consultant: 'wang' }),
    await post(LEAD, { 'content-type': 'text/plain' }),
  ];
  expect(answers.map((one) => [one.statusCode, codeOf(one)])).toEqual([
    ...[
      [413, 'TOO_LARGE'],
      [400, 'INVALID_REQUEST'],
      [400, 'INVALID_REQUEST'],
    ],
    ...[
      [400, 'INVALID_REQUEST'],
      [415, 'UNSUPPORTED_TYPE'],
    ],
  ]);
  expect(http.incoming.handed).toEqual([]);
});

test('a lead with a fault is refused with which field and why', async () => {
  const refusals = [{ field: 'number', code: 'NUMBER_MASKED' as const, zh: '…', en: '…' }];
  http.incoming.answers = [{ key: 'r-1', is: 'rejected', refusals }];
  const response = await post();
  expect([response.statusCode, response.json()]).toMatchObject([
    ...[422, { code: 'LEAD_REFUSED', details: { refusals } }],
  ]);
});

test('a form has a budget of its own, and a network that is nobody’s another', async () => {
  const statuses = [];
  for (let n = 0; n < 4; n += 1) statuses.push(await post());
  expect(statuses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429, 429]);
  expect([codeOf(statuses[2] as never), statuses[2]?.headers['retry-after']]).toEqual([
    ...['TOO_MANY_REQUESTS', '15'],
  ]);
  // Refused signatures spend nothing of it.
  http.clock.now += 60_000;
  for (let n = 0; n < 4; n += 1) await post(LEAD, { 'webhook-signature': 'v1,bad' });
  expect((await post()).statusCode).toBe(200);
  // Whoever tries signatures from outside is one of the strangers of his network.
  const guess = () =>
    http.app.inject({
      ...{ method: 'POST', url: '/api/web-forms/form-1/leads', remoteAddress: '203.0.113.9' },
      ...{ headers: { ...SIGNED, 'webhook-signature': 'v1,bad' }, payload: LEAD },
    });
  const guesses = [await guess(), await guess(), await guess(), await guess()];
  expect(guesses.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 429]);
});

test('a secret is shown once; a form of a store in which he may not is none', async () => {
  const made = await http.ask('zhao', 'POST', '/api/web-forms', { name: '官网', stores: ['sh01'] });
  expect(made.json()).toMatchObject({
    ...{ secret: 'whsec_AAAA' },
    form: { stores: ['sh01'], source: 'web', perMinute: 60, state: 'active', channel: null },
  });
  const list = await http.ask('zhao', 'GET', '/api/web-forms');
  expect(list.body).not.toContain('whsec_');
  const bad = { name: '官网', stores: ['bj01'], channel: 'heaven' };
  const refused = await http.ask('zhao', 'POST', '/api/web-forms', bad);
  expect([refused.statusCode, codeOf(refused)]).toEqual([400, 'INVALID_REQUEST']);
  const gone = await http.ask('zhao', 'POST', '/api/web-forms', { name: 'x', stores: ['gz01'] });
  expect(gone.statusCode).toBe(404);
});

test('HQ’s program hands down leads by a token of that right alone; each is answered', async () => {
  const refusals = [{ field: 'store', code: 'STORE_UNKNOWN' as const, zh: '…', en: '…' }];
  http.incoming.answers = [
    { key: 'a-1', id: 'in-1', is: 'duplicate', leadId: 'lead-1', differs: true },
    { key: 'a-2', is: 'rejected', refusals },
  ];
  const bounds = { name: 'hq', rights: ['leads.deliver'], expiresAt: http.clock.now + 60_000 };
  const token = (await http.ask('zhao', 'POST', '/api/tokens', bounds)).json<{ value: string }>();
  http.audited.length = 0;
  const leads = [1, 2, 3].map((n) => ({ id: `a-${n}`, store: 'bj01', number: '13800138000' }));
  const headers = { authorization: `Bearer ${token.value}`, 'idempotency-key': 'batch-1' };
  const send = () => http.ask(null, 'POST', '/api/hq-leads', { leads }, headers);
  const response = await send();
  expect(response.json()).toEqual({
    ...{ accepted: 1, duplicates: 1, rejected: 1 },
    results: [
      { id: 'a-1', status: 'duplicate', leadId: 'lead-1', differs: true, refusals: [] },
      { id: 'a-2', status: 'rejected', leadId: null, differs: false, refusals },
      { id: 'a-3', status: 'accepted', leadId: 'lead-1', differs: false, refusals: [] },
    ],
  });
  expect((await send()).body).toBe(response.body);
  expect(http.incoming.done.filter((one) => one === 'of-hq')).toHaveLength(1);
  expect(http.audited.map(({ what, subject }) => [what, subject])).toContainEqual([
    ...['leads.delivered', 'hq 3'],
  ]);
  expect((await http.ask(null, 'GET', '/api/customers', undefined, headers)).statusCode).toBe(403);
});
