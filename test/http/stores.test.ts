import { startHttp, type TestHttp } from '../support/http';
import { NOW, OFFICES, PLAN, call, lead, promise, recording } from '../support/two-stores';

/** Posts that hold in several stores: which of what is there each sees, and where he may do what. */
let http: TestHttp;

beforeEach(() => {
  http = startHttp();
  http.live.thePlan = { ...PLAN, people: [...PLAN.people, ...OFFICES] };
  http.rows.calls = [call('of-bj'), call('of-sh', { storeId: 'sh01' })];
  http.rows.leads = [lead('of-bj'), lead('of-sh', { storeId: 'sh01', number: '+862182345678' })];
  http.rows.recordings = [
    recording('rec-bj', { callId: 'of-bj' }),
    recording('rec-sh', { callId: 'of-sh', storeId: 'sh01' }),
  ];
  for (const [id, store] of [
    ['promise-bj', 'bj01'],
    ['promise-sh', 'sh01'],
  ] as const)
    http.owes({ ...promise(id, store), number: id });
});
afterEach(() => http.close());

const idsOf = async (who: string, path: string): Promise<string[]> => {
  const { items } = (await http.ask(who, 'GET', path)).json<{
    items: { id?: string; number?: string }[];
  }>();
  return items.map(({ id, number }) => id ?? number ?? '');
};

describe('A68: lists show store staff their store, group staff all stores of the group', () => {
  test.each([
    ['/api/calls', ['of-bj', 'of-sh']],
    ['/api/leads', ['of-bj', 'of-sh']],
    ['/api/promises', ['promise-bj', 'promise-sh']],
    ['/api/queues', ['sales', 'service', 'sh-sales']],
    ['/api/hotlines', ['400', '401', '500']],
  ])('%s', async (path, all) => {
    const ofBj01 = all.filter((id) => !['of-sh', 'promise-sh', 'sh-sales', '500'].includes(id));
    expect(await idsOf('song', path)).toEqual(all);
    expect(await idsOf('chen', path)).toEqual(ofBj01);
    expect(await idsOf('zhou', path)).toEqual(all.filter((id) => !ofBj01.includes(id)));
  });

  test.each(['/api/calls', '/api/leads', '/api/promises'])('%s of one store', async (path) => {
    const [, ofSh01] = await idsOf('song', path);
    expect(await idsOf('song', `${path}?store=sh01`)).toEqual([ofSh01]);
    expect((await http.ask('chen', 'GET', `${path}?store=sh01`)).statusCode).toBe(404);
    expect((await http.ask('song', 'GET', `${path}?store=tj01`)).statusCode).toBe(404);
  });

  test.each(['/api/reports/unclassified', '/api/ratings'])('%s', async (path) => {
    await http.ask('song', 'GET', path);
    await http.ask('song', 'GET', `${path}?store=sh01`);
    await http.ask('chen', 'GET', path);
    expect(http.rows.filters).toMatchObject([
      { storeIds: ['bj01', 'sh01'] },
      { storeIds: ['sh01'] },
      { storeIds: ['bj01'] },
    ]);
  });

  test('a report by day is of one store: that which is asked for, else the home store', async () => {
    http.live.thePlan = {
      ...http.live.thePlan,
      stores: PLAN.stores.map((store) =>
        store.id === 'sh01' ? { ...store, timezone: 'Asia/Urumqi' } : store,
      ),
    };
    for (const query of ['', '?store=sh01'])
      await http.ask('song', 'GET', `/api/reports/pick-ups${query}`);
    await http.ask('tang', 'GET', '/api/reports/pick-ups');
    expect(http.rows.filters).toEqual([
      expect.objectContaining({ from: NOW - 7 * 86_400_000, to: NOW }),
      expect.objectContaining({ storeId: 'sh01', zone: 'Asia/Urumqi' }),
      // Where he oversees; in his home store he does not.
      expect.objectContaining({ storeId: 'sh01', zone: 'Asia/Urumqi' }),
    ]);
    expect(http.rows.filters[0]).toMatchObject({ storeId: 'bj01', zone: 'Asia/Shanghai' });
  });

  test('the ledger is of all hotlines of theirs, or of one', async () => {
    await http.ask('song', 'GET', '/api/ledger');
    await http.ask('song', 'GET', '/api/ledger?hotline=500');
    expect(http.rows.filters).toMatchObject(
      ['400', '401', '500', '500'].map((hotline) => ({ hotline })),
    );
  });
});

describe('a telemarketer of one store who supervises another', () => {
  const asks = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
    http.ask('tang', method, path, body).then(({ statusCode }) => statusCode);

  test('hears recordings there, and not at home', async () => {
    expect(await asks('GET', '/api/recordings?callId=of-sh')).toBe(200);
    expect(await asks('GET', '/api/recordings?callId=of-bj')).toBe(403);
    expect(await asks('GET', '/api/recordings/rec-bj/audio')).toBe(403);
    const seen = async (id: string) =>
      (await http.ask('tang', 'GET', `/api/calls/${id}`)).json<{ recordings: object[] | null }>();
    expect((await seen('of-sh')).recordings).toHaveLength(1);
    expect((await seen('of-bj')).recordings).toBeNull();
  });

  test('closes hotlines, blocks callers and plans staff there alone', async () => {
    expect(await asks('POST', '/api/hotlines/500/close', {})).toBe(200);
    expect(await asks('POST', '/api/hotlines/400/close', {})).toBe(404);
    const block = (store: object) =>
      http.ask('tang', 'POST', '/api/blocked-callers', {
        ...{ number: '13800138000', reason: 'nuisance', ...store },
      });
    expect((await block({})).json()).toMatchObject({ storeId: 'sh01' });
    expect((await block({ store: 'bj01' })).statusCode).toBe(404);
    expect(await idsOf('tang', '/api/blocked-callers')).toEqual(['+8613800138000']);
    expect(await idsOf('chen', '/api/blocked-callers')).toEqual([]);
    expect(await asks('DELETE', '/api/blocked-callers/13800138000?store=sh01')).toBe(204);
    expect(await asks('GET', '/api/staffing?queue=sh-sales')).toBe(200);
    expect(await asks('GET', '/api/staffing?queue=sales')).toBe(403);
  });

  test('reads and settles in both what he may in both', async () => {
    expect(await idsOf('tang', '/api/calls')).toEqual(['of-bj', 'of-sh']);
    for (const id of ['promise-bj', 'promise-sh'])
      expect(await asks('POST', `/api/promises/${id}/done`, { reason: 'by message' })).toBe(200);
    expect(await asks('POST', '/api/leads/of-sh/confirm-number')).toBe(204);
    expect([...http.rows.confirmed.keys()]).toEqual(['sh01 +862182345678']);
  });

  test('of calls without a form he is shown all that he oversees, at home what is his own', async () => {
    await asks('GET', '/api/calls?unclassified=true');
    await asks('GET', '/api/calls?unclassified=true&store=bj01');
    expect(http.rows.filters).toEqual([
      { storeIds: ['sh01'], unclassified: 'store' },
      { storeIds: ['bj01'], unclassified: { agentId: 'tang' } },
    ]);
  });

  test('of follow-ups of each store what he may see of it', async () => {
    await asks('GET', '/api/follow-ups');
    await http.ask('guo', 'GET', '/api/follow-ups?store=bj01');
    await http.ask('fu', 'GET', '/api/follow-ups');
    expect(http.rows.filters).toMatchObject([
      { storeIds: ['sh01'], afterSalesOf: [], own: { of: ['bj01'], agentId: 'tang' } },
      { storeIds: ['bj01'], afterSalesOf: [], own: { of: [] } },
      { storeIds: [], afterSalesOf: ['bj01'], own: { of: [] } },
    ]);
  });

  test.each(['/api/ratings', '/api/reports/unclassified'])(
    '%s of what he oversees',
    async (path) => {
      await asks('GET', path);
      expect(http.rows.filters).toMatchObject([{ storeIds: ['sh01'] }]);
      expect(await asks('GET', `${path}?store=bj01`)).toBe(404);
    },
  );

  test('the ledger of what he oversees', async () => {
    await asks('GET', '/api/ledger');
    expect(http.rows.filters).toMatchObject([{ hotline: '500' }]);
    expect(await asks('GET', '/api/ledger?hotline=400')).toBe(404);
  });

  test('his session says what he holds, and where', async () => {
    expect((await http.ask('tang', 'GET', '/api/session')).json()).toMatchObject({
      person: {
        posts: [
          { post: 'telemarketer', stores: ['bj01'] },
          { post: 'supervisor', stores: ['sh01'] },
        ],
      },
      rights: expect.arrayContaining(['recordings.hear', 'callers.block']),
    });
  });
});
