import { startHttp } from '../support/http';
import { NOW, call, lead, recording } from '../support/two-stores';
import type { TestHttp } from '../support/http';

let http: TestHttp;
beforeAll(() => void (http = startHttp()));
afterEach(() => http.forget());
afterAll(() => http.close());

const idsOf = (body: { items: { id: string }[] }): string[] => body.items.map(({ id }) => id);

describe('calls', () => {
  beforeEach(() => {
    http.rows.calls = [
      call('call-1', { agentId: 'li', talkStartedAt: NOW, outcome: 'talk' }),
      call('call-2', { storeId: 'sh01' }),
      call('call-3', { storeId: null }),
    ];
    http.rows.recordings = [recording('rec-1')];
  });

  test('of the own store are listed whole', async () => {
    const response = await http.ask('wang', 'GET', '/api/calls');
    const items = [{ ...http.rows.calls[0], long: false, form: null }];
    expect(response.json()).toEqual({ items, next: null });
  });

  test('are asked for by agent, number and time', async () => {
    const query =
      'agentId=li&number=138%200013%208000&from=2026-01-31T09:00:00%2B08:00&to=1769824800000';
    await http.ask('wang', 'GET', `/api/calls?${query}`);
    expect(http.rows.filters).toEqual([
      { storeIds: ['bj01'], agentId: 'li', number: '138 0013 8000', from: NOW, to: 1769824800000 },
    ]);
  });

  test('of another store cannot be asked for', async () => {
    expect((await http.ask('chen', 'GET', '/api/calls?store=sh01')).statusCode).toBe(404);
  });

  test('are shown one by one with their recordings, but not to a telemarketer (A15)', async () => {
    const seen = await http.ask('chen', 'GET', '/api/calls/call-1');
    expect(seen.json()).toEqual({
      call: { ...http.rows.calls[0], long: false, form: null },
      form: null,
      legs: [],
      entries: [],
      offers: [],
      ratings: [],
      recordings: [{ ...http.rows.recordings[0], arriving: false }],
      lead: null,
    });
    const hidden = await http.ask('wang', 'GET', '/api/calls/call-1');
    expect(hidden.json()).toMatchObject({ call: { id: 'call-1' }, recordings: null });
  });

  test.each(['call-2', 'call-3', 'none'])(
    'of others and none are alike not found: %s',
    async (id) => {
      const response = await http.ask('chen', 'GET', `/api/calls/${id}`);
      expect(response.statusCode).toBe(404);
      expect(response.json()).toEqual({ code: 'NOT_FOUND', message: expect.any(String) });
    },
  );
});

describe('pages', () => {
  beforeEach(() => {
    http.rows.calls = Array.from({ length: 120 }, (_, n) => call(`call-${n}`));
  });

  test('lead from one to the next until the end', async () => {
    const seen: string[] = [];
    let after = '';
    for (let pages = 0; pages < 3; pages += 1) {
      const body = (await http.ask('wang', 'GET', `/api/calls?limit=50${after}`)).json();
      seen.push(...idsOf(body));
      after = `&after=${body.next}`;
    }
    expect(seen).toEqual(http.rows.calls.map(({ id }) => id));
    expect(after).toBe('&after=null');
  });

  test('hold 50 unless told, at most 200', async () => {
    const items = async (query: string) =>
      idsOf((await http.ask('wang', 'GET', `/api/calls${query}`)).json()).length;
    expect(await items('')).toBe(50);
    expect(await items('?limit=200')).toBe(120);
  });

  test.each(['limit=0', 'limit=201', 'limit=1.5', 'limit=x', 'after=%00', 'from=yesterday', 'x=1'])(
    'are not made for ?%s',
    async (query) => {
      const response = await http.ask('wang', 'GET', `/api/calls?${query}`);
      expect(response.statusCode).toBe(400);
      expect(response.json()).toMatchObject({ code: 'INVALID_REQUEST' });
    },
  );

  test('are not made for the 32nd', async () => {
    const response = await http.ask('wang', 'GET', '/api/calls?from=2026-01-32T00:00:00Z');
    expect(response.statusCode).toBe(400);
  });
});

describe('leads', () => {
  test('of the own store are found by number', async () => {
    http.rows.leads = [lead('lead-1'), lead('lead-2', { storeId: 'sh01' })];
    const response = await http.ask('wang', 'GET', '/api/leads?number=13800138000');
    const items = [{ ...http.rows.leads[0], number: '****8000' }];
    expect(response.json()).toEqual({ items, next: null });
    expect(http.rows.filters).toEqual([{ storeIds: ['bj01'], number: '13800138000' }]);
  });

  test('are not searched by control characters', async () => {
    expect((await http.ask('wang', 'GET', '/api/leads?number=1%00')).statusCode).toBe(400);
    expect((await http.ask('wang', 'GET', '/api/leads?number=1%0A')).statusCode).toBe(400);
  });

  test('leave no number in the log', async () => {
    await http.ask('wang', 'GET', '/api/leads?number=13800138000');
    expect(http.logged.join('')).toContain('/api/leads');
    expect(http.logged.join('')).not.toContain('13800138000');
  });
});

describe('queues', () => {
  test.each([
    ['wang', ['sales']],
    ['li', ['service']],
    ['chen', ['sales', 'service']],
    ['zhou', ['sh-sales']],
  ])('are shown to %s as far as they are his', async (who, expected) => {
    expect(idsOf((await http.ask(who, 'GET', '/api/queues')).json())).toEqual(expected);
  });
});

describe('the ledger', () => {
  test('of a hotline and a span', async () => {
    const response = await http.ask('chen', 'GET', '/api/ledger?hotline=400&from=1&to=2');
    expect(response.json()).toMatchObject({ hotline: '400', from: 1, to: 2, arrived: 3, talks: 2 });
  });

  test('of the last day, over all hotlines of the own store', async () => {
    const response = await http.ask('chen', 'GET', '/api/ledger');
    const span = { from: NOW - 86_400_000, to: NOW };
    expect(response.json()).toEqual({
      hotline: null,
      ...span,
      arrived: 6,
      inProgress: 0,
      talks: 4,
      promises: 0,
      left: 2,
      noNumber: 0,
      blocked: 0,
      refused: 0,
      overCapacity: 0,
      broken: 0,
      balanced: true,
      counted: { since: 5, came: 2, ended: 0, inProgress: 0, lost: 0 },
    });
    expect(http.rows.filters).toEqual([
      { hotline: '400', ...span },
      { hotline: '401', ...span },
    ]);
  });

  test('is out of balance when the count beside the rows is', async () => {
    const counted = () => ({ since: 5, came: 2, ended: 0, inProgress: 2, lost: 1 });
    const other = startHttp({ deps: { counted } });
    const response = await other.ask('chen', 'GET', '/api/ledger?hotline=400');
    expect(response.json()).toMatchObject({ balanced: false, counted: counted() });
    await other.close();
  });

  test('of a hotline of the other store is not found', async () => {
    expect((await http.ask('chen', 'GET', '/api/ledger?hotline=500')).statusCode).toBe(404);
    expect(http.rows.filters).toEqual([]);
  });
});
