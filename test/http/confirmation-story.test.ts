import { incomingLeads } from '../../src/app/incoming';
import { uuidv7Maker } from '../../src/engine/id';
import { beginRun, goOn, type CleaningWorld } from '../../src/store/customers/cleaning-runs';
import { storeConfirmations } from '../../src/store/customers/confirmations';
import { storeCustomers } from '../../src/store/customers/desk';
import { storeLeadLists } from '../../src/store/customers/lead-lists';
import { startHttp, type TestHttp } from '../support/http';
import { useDatabase } from '../support/postgres';
import { NOW, PEOPLE, person } from '../support/two-stores';

/** By HTTP on the real tables. */
const database = useDatabase();
const makeId = uuidv7Maker();
const KEY = Buffer.alloc(32, 1);
const none = () => new Set<string>();
let http: TestHttp;
beforeAll(() => {
  const { db } = database;
  http = startHttp({
    deps: {
      incoming: incomingLeads({ db, makeId, now: () => NOW, plan: () => http.live.thePlan }),
      confirmations: storeConfirmations(db, makeId, KEY),
      leadLists: storeLeadLists(db, makeId, none, KEY),
      customers: storeCustomers(db, makeId),
    },
  });
  const people = [...PEOPLE, person('song', 'hq', 'bj01')];
  http.live.thePlan = { ...http.live.thePlan, people };
});
beforeEach(() =>
  database.db('store').insert(
    ['bj01', 'sh01'].map((id) => ({
      ...{ id, name: id, timezone: 'Asia/Shanghai', controller: `store:${id}` },
    })),
  ),
);
afterAll(() => http.close());

interface Answer {
  code?: string;
  id: string;
  ownerId: string | null;
  items: { id: string; version: number; number: string; due: boolean }[];
  results: { leadId: string }[];
}
const ask = async (who: string, method: 'GET' | 'POST', url: string, body?: object) =>
  (await http.ask(who, method, url, body)).json<Answer>();

async function cleanByNight(): Promise<void> {
  const world: CleaningWorld = {
    ...{ db: database.db, makeId, now: () => NOW, key: KEY, plan: () => http.live.thePlan },
    ...{ busy: none, stopped: () => false },
    onError: (error) => {
      throw error;
    },
  };
  const { run } = await beginRun(world, { controller: 'store:bj01', why: 'night', by: 'openline' });
  await goOn(world, run.id);
}

test('A26, W03: HQ hands down a hot lead, the night cleans it, HQ calls it, and only then a telemarketer has it', async () => {
  const lead = { id: 'a-1', store: 'bj01', number: '13800138000', name: '王芳', level: 'H' };
  const cold = { ...lead, id: 'a-2', number: '13800138001', name: '李伟', prospect: '无意向' };
  const { results } = await ask('song', 'POST', '/api/hq-leads', { leads: [lead, cold] });
  const [hot = '', junk = ''] = results.map(({ leadId }) => leadId);
  const due = async () => (await ask('chen', 'GET', '/api/leads/due')).items.map(({ id }) => id);
  expect((await ask('song', 'GET', '/api/confirmations')).items).toEqual([]);

  await cleanByNight();
  expect(await due()).toEqual([]);
  const { items } = await ask('song', 'GET', '/api/confirmations');
  expect(items).toMatchObject([{ id: hot, number: '+8613800138000', due: true }]);
  const [{ version } = { version: 0 }] = items;
  // The dealer can neither give nor take it meanwhile.
  for (const who of ['chen', 'wang'])
    expect(
      await ask(who, 'POST', `/api/leads/${hot}/owner`, { version, ownerId: 'wang' }),
    ).toMatchObject({ code: 'LEAD_UNCONFIRMED' });
  expect(await ask('chen', 'POST', '/api/leads/distribute', {})).toMatchObject({ given: [] });
  expect(await ask('wang', 'GET', `/api/leads/${hot}`)).toMatchObject({
    ...{ prospect: 'high', confirmation: { nextAt: NOW, tries: 0, at: null } },
  });

  const said = { version, result: 'intending', note: '周末试驾' };
  const { ownerId } = await ask('song', 'POST', `/api/leads/${hot}/confirmation`, said);
  expect(['wang', 'li']).toContain(ownerId);
  expect(await due()).toEqual([hot]);
  expect(await ask('song', 'POST', `/api/leads/${hot}/confirmation`, said)).toMatchObject({
    code: 'VERSION_MOVED',
  });
  expect(await ask('wang', 'GET', `/api/leads/${junk}`)).toMatchObject({
    ...{ state: 'archived', endReason: 'none', prospect: 'none' },
  });
});
