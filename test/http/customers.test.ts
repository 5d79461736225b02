import { randomUUID } from 'node:crypto';
import { uuidv7Maker } from '../../src/engine/id';
import { addContact } from '../../src/store/customers/contacts';
import { storeCustomers } from '../../src/store/customers/desk';
import { hashKeyOf } from '../../src/store/customers/erased-numbers';
import { storePrivacy } from '../../src/store/customers/privacy';
import { storePermissions } from '../../src/store/customers/permissions';
import { startHttp, type TestHttp } from '../support/http';
import { useDatabase } from '../support/postgres';
import { applyJournal } from '../../src/store/apply-journal';
import { aRecording, aTalk, journal } from '../support/records';
import { NOW, promise } from '../support/two-stores';

/** Customers and leads by HTTP, on the real tables: what is refused, what is hidden, what is noted. */
const database = useDatabase();
let http: TestHttp;
const audit = { isFull: false };

beforeAll(() => {
  http = startHttp({
    deps: {
      customers: storeCustomers(database.db, uuidv7Maker()),
      permissions: storePermissions(database.db, uuidv7Maker(), hashKeyOf(Buffer.alloc(32, 1))),
      privacy: storePrivacy({
        ...{ db: database.db, makeId: uuidv7Maker(), key: hashKeyOf(Buffer.alloc(32, 1)) },
        busy: () => new Set(),
      }),
      audit: (note) => {
        if (audit.isFull) throw new Error('the disk is full');
        http.audited.push(note);
      },
    },
  });
});
beforeEach(() => http.forget());
afterAll(() => http.close());

interface Made {
  id: string;
  version: number;
  numbers: { number: string }[];
  leads: { id: string }[];
  owners: object[];
}

const ask = async (who: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: object) => {
  const response = await http.ask(who, method, path, body);
  return { status: response.statusCode, body: response.json<Made & { code?: string }>() };
};
const makeCustomer = async (body: object = {}, who = 'wang') =>
  (await ask(who, 'POST', '/api/customers', { name: '张三', numbers: ['138 0013 8000'], ...body }))
    .body;
const makeLead = async (body: object = {}, who = 'wang') => {
  const { id: customerId } = await makeCustomer();
  return (await ask(who, 'POST', '/api/leads', { customerId, ...body })).body;
};

test('a customer is made with a number as it is typed, found, and noted', async () => {
  const made = await makeCustomer({ kind: 'person', sex: 'female', bornOn: '1968-02-29' }, 'chen');
  expect(made).toMatchObject({
    ...{ name: '张三', kind: 'person', sex: 'female', bornOn: '1968-02-29', storeId: 'bj01' },
    ...{ version: 1, source: 'manual', leads: [], vehicles: [], promises: [], followUps: [] },
    numbers: [{ number: '+8613800138000', kind: 'mobile', identifies: true }],
  });
  expect(http.audited).toEqual([{ who: 'chen', what: 'customer.made', subject: made.id }]);
  const found = await http.ask('chen', 'GET', '/api/customers?q=zs%208000');
  expect(found.json()).toMatchObject({ items: [{ id: made.id, name: '张三' }], next: null });
  expect((await http.ask('zhou', 'GET', '/api/customers?q=zs')).json()).toMatchObject({
    items: [],
  });
});

test('Q06: a number of somebody else is refused with who that is', async () => {
  const { id } = await makeCustomer();
  expect(await ask('li', 'POST', '/api/customers', { numbers: ['+8613800138000'] })).toMatchObject({
    status: 409,
    body: { code: 'NUMBER_TAKEN', details: { customerId: id } },
  });
  expect(await database.db('customer')).toHaveLength(1);
  // In the books of another store he is another one.
  expect(await ask('zhou', 'POST', '/api/customers', { numbers: ['13800138000'] })).toMatchObject({
    status: 200,
  });
});

test('Q06: who may see nobody is not told whose number it is, in making and in changing', async () => {
  await makeCustomer();
  const token = await http.ask('chen', 'POST', '/api/tokens', {
    ...{ name: 'web form', rights: ['leads.work'], expiresAt: NOW + 86_400_000 },
  });
  const { value } = token.json<{ value: string }>();
  const ask = async (method: 'POST' | 'PUT', url: string, payload: object) =>
    (
      await http.app.inject({
        ...{ method, url, payload, headers: { authorization: `Bearer ${value}` } },
      })
    ).json<Made>();
  const numbers = ['138 0013 8000'];
  const refused = { code: 'NUMBER_TAKEN', details: { number: '+8613800138000' } };
  expect(await ask('POST', '/api/customers', { numbers })).toMatchObject(refused);
  const { id, version } = await ask('POST', '/api/customers', { name: '李四' });
  const answer = await ask('PUT', `/api/customers/${id}`, { version, numbers });
  expect(answer).toMatchObject(refused);
  expect(answer).not.toHaveProperty('details.customerId');
});

test('what cannot be noted is not done', async () => {
  const lead = await makeLead();
  const before = await Promise.all(
    ['customer', 'lead', 'lead_owner'].map((one) => database.db(one)),
  );
  audit.isFull = true;
  const asked = [
    await ask('wang', 'POST', '/api/customers', { name: '李四' }),
    await ask('wang', 'PUT', `/api/leads/${lead.id}`, { version: 1, level: 'H' }),
    await ask('wang', 'POST', `/api/leads/${lead.id}/owner`, { version: 1, ownerId: 'li' }),
  ];
  audit.isFull = false;
  expect(asked.map(({ status }) => status)).toEqual([500, 500, 500]);
  expect(
    await Promise.all(['customer', 'lead', 'lead_owner'].map((one) => database.db(one))),
  ).toEqual(before);
});

test('is corrected by who has seen the present version; what is not named stays', async () => {
  const { id } = await makeCustomer({ area: '朝阳' });
  const put = (body: object) => ask('li', 'PUT', `/api/customers/${id}`, body);
  expect(await put({ version: 1, name: '张叁', numbers: ['010 8234 5678'] })).toMatchObject({
    body: { id, version: 2 },
  });
  expect(await put({ version: 1, name: '王五' })).toMatchObject({
    status: 409,
    body: { code: 'VERSION_MOVED', details: { version: 2 } },
  });
  expect(await put({ version: 2, bornOn: '2026-02-30' })).toMatchObject({ status: 400 });
  expect((await ask('chen', 'GET', `/api/customers/${id}`)).body).toMatchObject({
    ...{ name: '张叁', area: '朝阳', version: 2 },
    numbers: [{ number: '+8613800138000' }, { number: '+861082345678' }],
  });
});

test('numbers are whole for whose lead it is and who oversees the store, else their last digits', async () => {
  const lead = await makeLead();
  const { id } = (await http.ask('chen', 'GET', '/api/customers')).json<{ items: Made[] }>()
    .items[0]!;
  const seen = async (who: string) => {
    const detail = (await ask(who, 'GET', `/api/customers/${id}`)).body;
    const listed = (await http.ask(who, 'GET', '/api/customers')).json<{ items: Made[] }>();
    const alone = (await http.ask(who, 'GET', `/api/leads/${lead.id}`)).json<{ number: string }>();
    return [
      ...[detail.numbers[0]?.number, (detail.leads[0] as unknown as { number: string }).number],
      ...[listed.items[0]?.numbers[0]?.number, alone.number],
    ];
  };
  const all = (number: string) => [number, number, number, number];
  expect(await seen('wang')).toEqual(all('+8613800138000'));
  expect(await seen('chen')).toEqual(all('+8613800138000'));
  expect(await seen('li')).toEqual(all('****8000'));
});

test('all that is known of him: leads with owners, promises that stand, what is owed', async () => {
  const lead = await makeLead({ level: 'A', interestSeries: '3系' });
  http.live.thePromises = ['+8613800138000', '+8613900139000'].map((number, n) => ({
    ...{ ...promise(`promise-${n + 1}`, 'bj01'), number, leadId: null },
  }));
  const call = aTalk({ leadId: lead.id });
  await applyJournal(database.db, journal({ kind: 'call.saved', call }));
  await database.db('follow_up').insert({
    ...{
      id: randomUUID(),
      call_id: call.id,
      store_id: 'bj01',
      department: 'sales',
      agent_id: 'li',
    },
    ...{ opened_at: new Date(NOW), due_at: new Date(NOW - 1), state: 'open' },
  });
  const { items } = (await http.ask('wang', 'GET', '/api/customers')).json<{ items: Made[] }>();
  const { body } = await ask('wang', 'GET', `/api/customers/${items[0]!.id}`);
  expect(body).toMatchObject({
    leads: [
      {
        ...{ id: lead.id, level: 'A', interestSeries: '3系', number: '+8613800138000' },
        owners: [{ ownerId: 'wang', way: 'opened', byId: 'wang', untilAt: null }],
      },
    ],
    promises: [{ id: 'promise-1' }],
    followUps: [{ callId: call.id, agentId: 'wang', overdue: true }],
  });
  expect(body).not.toHaveProperty('promises.1');
});

test('what is owed to him after a call of no lead is his, too, and has his name', async () => {
  const { id } = await makeCustomer();
  const call = aTalk({ leadId: null, customerId: id });
  await applyJournal(database.db, journal({ kind: 'call.saved', call }));
  await database.db('contact').insert({
    ...{ id: call.id, customer_id: id, store_id: 'bj01', at: new Date(NOW), kind: 'call' },
    call_id: call.id,
  });
  await database.db('follow_up').insert(
    ['bj01', 'sh01'].map((store) => ({
      ...{ id: randomUUID(), call_id: call.id, store_id: store, department: 'sales' },
      ...{ agent_id: 'wang', opened_at: new Date(NOW), due_at: new Date(NOW + 1), state: 'open' },
    })),
  );
  const { body } = await ask('wang', 'GET', `/api/customers/${id}`);
  expect(body).toMatchObject({
    followUps: [{ callId: call.id, leadId: null, customerId: id, name: '张三' }],
  });
  // That of another store is not his to see.
  expect(body).not.toHaveProperty('followUps.1');
});

test('his timeline, page by page, with recordings', async () => {
  const { id } = await makeCustomer();
  const call = aTalk();
  const recording = aRecording({ callId: call.id });
  await applyJournal(
    database.db,
    journal({ kind: 'call.saved', call }, { kind: 'recording.saved', recording }),
  );
  await database.db.transaction(async (trx) => {
    const deed = { trx, makeId: randomUUID, at: NOW, by: 'wang' };
    for (const [n, storeId] of ['bj01', 'bj01', 'sh01'].entries())
      await addContact(deed, { customerId: id, storeId, kind: 'note', at: NOW + n, body: `n${n}` });
    await trx('contact').insert({
      ...{ id: call.id, customer_id: id, store_id: 'bj01', at: new Date(NOW + 9), kind: 'call' },
      call_id: call.id,
    });
  });
  const page = async (query: string) =>
    (await http.ask('wang', 'GET', `/api/customers/${id}/contacts?${query}`)).json<{
      items: object[];
      next: string | null;
    }>();
  const first = await page('limit=1');
  expect(first.items).toMatchObject([
    {
      kind: 'call',
      callId: call.id,
      recordingIds: [recording.id],
      outcome: 'talk',
      talkMs: 60_000,
    },
  ]);
  expect((await page(`limit=5&after=${first.next}`)).items).toMatchObject([
    { kind: 'note', body: 'n1', byId: 'wang', recordingIds: [] },
    { kind: 'note', body: 'n0' },
  ]);
});

describe('a lead', () => {
  test('A33: defeated and lost-control are refused without a reason, and are kept with one', async () => {
    const { id } = await makeLead();
    const put = (body: object) => ask('wang', 'PUT', `/api/leads/${id}`, body);
    for (const state of ['defeated', 'lost-control'])
      for (const reason of [{}, { reason: ' ' }])
        expect(await put({ version: 1, state, ...reason })).toMatchObject({
          status: 409,
          body: { code: 'LEAD_NEEDS_REASON' },
        });
    expect(await database.db('lead').first('state', 'version')).toEqual({
      state: 'open',
      version: 1,
    });
    const defeated = { version: 1, state: 'defeated', reason: '价格', contactResult: '已购他牌' };
    expect(await put(defeated)).toMatchObject({ body: { version: 2 } });
    expect((await ask('wang', 'GET', `/api/leads/${id}`)).body).toMatchObject({
      ...{ state: 'defeated', endReason: '价格', contactResult: '已购他牌', place: 'centre' },
      ...{ closedAt: NOW, version: 2 },
    });
  });

  test('N42: its fields are said, those that are not named stay', async () => {
    const { id } = await makeLead({ presentCar: '大众 迈腾' });
    const said = {
      ...{ customerType: '首购', channel: '抖音', interestSeries: '3系', interestModel: '320i' },
      ...{ intendedOn: '2026-05-01', contactResult: '满意', nextPlan: '试驾', level: 'H' },
      ...{ nextDueAt: NOW + 1000, validity: 'valid' },
    };
    await ask('li', 'PUT', `/api/leads/${id}`, { version: 1, ...said });
    expect((await ask('li', 'GET', `/api/leads/${id}`)).body).toMatchObject({
      ...{ ...said, presentCar: '大众 迈腾', state: 'open', version: 2 },
    });
    expect(await ask('li', 'PUT', `/api/leads/${id}`, { version: 1, level: 'C' })).toMatchObject({
      body: { code: 'VERSION_MOVED', details: { version: 2 } },
    });
  });

  test('A31: is taken when it is nobody’s, handed over by its owner, and given by who leads the store', async () => {
    const { id } = await makeLead({ ownerId: null });
    const give = (who: string, version: number, body: object) =>
      ask(who, 'POST', `/api/leads/${id}/owner`, { version, ...body });
    expect(await give('wang', 1, { ownerId: 'li' })).toMatchObject({ status: 403 });
    expect(await give('wang', 1, { ownerId: 'wang' })).toMatchObject({ body: { version: 2 } });
    expect(await give('li', 2, { ownerId: 'li' })).toMatchObject({ status: 403 });
    expect(await give('wang', 2, { ownerId: 'li', way: 'forced' })).toMatchObject({ status: 403 });
    expect(await give('wang', 2, { ownerId: 'li' })).toMatchObject({ body: { version: 3 } });
    const forced = { ownerId: 'wang', way: 'forced', reason: '两个月未成交' };
    expect(await give('chen', 3, forced)).toMatchObject({ body: { version: 4 } });
    expect(await give('chen', 3, { ownerId: 'li' })).toMatchObject({
      body: { code: 'VERSION_MOVED', details: { version: 4 } },
    });
    expect((await ask('chen', 'GET', `/api/leads/${id}`)).body.owners).toMatchObject([
      { ownerId: null, way: 'opened', byId: 'wang' },
      { ownerId: 'wang', way: 'own', byId: 'wang' },
      { ownerId: 'li', way: 'handover', byId: 'wang' },
      { ownerId: 'wang', way: 'forced', byId: 'chen', reason: '两个月未成交', untilAt: null },
    ]);
  });

  test.each(['ghost', 'sun', 'qian'])(
    'is not given to %s, who works on none there',
    async (who) => {
      const { id } = await makeLead();
      const given = await ask('chen', 'POST', `/api/leads/${id}/owner`, {
        version: 1,
        ownerId: who,
      });
      expect(given).toMatchObject({ status: 409, body: { code: 'NOT_AN_OWNER' } });
    },
  );

  test('of another store is none', async () => {
    const { id } = await makeLead();
    for (const [method, path, body] of [
      ['GET', `/api/leads/${id}`, undefined],
      ['PUT', `/api/leads/${id}`, { version: 1 }],
      ['POST', `/api/leads/${id}/owner`, { version: 1, ownerId: null }],
    ] as const)
      expect((await ask('zhou', method, path, body)).status).toBe(404);
  });
});

describe('A51, Q22: what he consents to and refuses', () => {
  interface Seen {
    consents: { id: string; recordingIds: string[] }[];
    doNotCall: { id: string; number: string | null; recordingIds: string[] }[];
    permissions: Record<string, { may: boolean; why: string | null }>;
    leads: { calling: { may: boolean; why: string | null; scope: string | null } }[];
  }
  const say = async (who: string, path: string, body: object) => {
    const response = await http.ask(who, 'POST', path, body);
    return { status: response.statusCode, body: response.json<{ id: string; code?: string }>() };
  };
  const seen = async (id: string, who = 'wang') =>
    (await http.ask(who, 'GET', `/api/customers/${id}`)).json<Seen>();
  const form = { kind: 'form', ref: '试驾协议 2026-0113' };
  const NUMBER = '+8613800138777';
  const mayBe = async (who: string, purpose: string) =>
    (
      await http.ask(who, 'GET', `/api/permissions?number=%2B8613800138777&purpose=${purpose}`)
    ).json<{ may: boolean; why: string | null }>();

  test('each with its proof, in the 360-degree view and noted; a campaign wants a consent, what he asks for does not', async () => {
    const { id } = await makeCustomer({ numbers: [NUMBER] });
    await ask('wang', 'POST', '/api/leads', { customerId: id });
    http.forget();
    expect((await seen(id)).permissions).toMatchObject({
      ...{ asked: { may: true }, 'follow-up': { may: true }, service: { may: true } },
      campaign: { may: false, why: 'no-consent' },
    });
    const path = `/api/customers/${id}/consents`;
    const unproved = [{ kind: 'paper' }, { kind: 'call', callId: randomUUID() }, { kind: 'call' }];
    for (const proof of unproved)
      expect(await say('wang', path, { scope: 'calls', proof })).toMatchObject({
        body: { code: 'NO_PROOF' },
      });
    const consent = await say('wang', path, { scope: 'calls', proof: form });
    expect(consent.status).toBe(200);
    expect(await say('wang', path, { scope: 'calls', proof: form })).toMatchObject({
      body: { code: 'CONSENT_STANDS' },
    });
    expect((await seen(id)).permissions.campaign).toMatchObject({ may: true, why: null });

    const refusal = await say('qian', '/api/do-not-call', {
      ...{ customerId: id, scope: 'marketing', saidBy: '本人', proof: form },
    });
    expect(await seen(id)).toMatchObject({
      consents: [{ id: consent.body.id, scope: 'calls', proof: form, withdrawnAt: null }],
      doNotCall: [{ id: refusal.body.id, scope: 'marketing', by: 'qian', saidBy: '本人' }],
      permissions: { asked: { may: true }, service: { may: true }, campaign: { may: false } },
      leads: [{ calling: { may: false, why: 'do-not-call', scope: 'marketing', since: NOW } }],
    });
    expect(
      (await say('wang', `/api/do-not-call/${refusal.body.id}/lift`, { proof: form })).status,
    ).toBe(403);
    expect(
      (await say('chen', `/api/do-not-call/${refusal.body.id}/lift`, { proof: form })).status,
    ).toBe(200);
    expect(
      await say('chen', `/api/do-not-call/${refusal.body.id}/lift`, { proof: form }),
    ).toMatchObject({
      body: { code: 'DO_NOT_CALL_OVER' },
    });
    expect((await seen(id)).leads).toMatchObject([{ calling: { may: true, why: null } }]);
    expect(
      (await say('qian', `/api/consents/${consent.body.id}/withdraw`, { proof: form })).status,
    ).toBe(200);
    expect((await seen(id)).leads).toMatchObject([{ calling: { why: 'consent-withdrawn' } }]);
    expect(http.audited.map(({ who, what }) => `${who} ${what}`)).toEqual([
      ...['wang consent.given', 'qian do-not-call.said', 'chen do-not-call.lifted'],
      'qian consent.withdrawn',
    ]);
  });

  test('another legal entity sees of a refusal that holds everywhere that it stands, and nothing else', async () => {
    const said = { number: NUMBER, scope: 'all', everywhere: true, saidBy: '本人', proof: form };
    const made = await say('wang', '/api/do-not-call', said);
    expect(made).toMatchObject({ status: 200, body: { number: NUMBER, by: 'wang' } });
    expect(await mayBe('wang', 'asked')).toMatchObject({ why: 'do-not-call', scope: 'all' });
    expect(await mayBe('zhou', 'asked')).toEqual({
      ...{ may: false, why: 'do-not-call-now', scope: null, since: null },
    });
    const list = async (who: string) =>
      (await http.ask(who, 'GET', '/api/do-not-call')).json<{ items: { id: string }[] }>().items;
    expect((await list('wang')).map(({ id }) => id)).toContain(made.body.id);
    expect(await list('zhou')).toEqual([]);
    expect(
      await say('zhou', `/api/do-not-call/${made.body.id}/lift`, { proof: form }),
    ).toMatchObject({
      status: 404,
    });
    const { id } = await makeCustomer({ numbers: [NUMBER], store: 'sh01' }, 'zhou');
    expect(await seen(id, 'zhou')).toMatchObject({
      doNotCall: [],
      permissions: { asked: { why: 'do-not-call-now', since: null } },
    });
  });
});

test('PIPL: he sees what is held, takes it along, and is deleted: nobody finds him, the certificate can be read again', async () => {
  const { id, version } = await makeCustomer({ name: '司马光启', numbers: ['139 2222 3333'] });
  await ask('wang', 'POST', '/api/leads', { customerId: id });
  http.forget();
  const path = `/api/customers/${id}`;
  const statuses = async (who: string) =>
    Promise.all(
      ['/personal-data', '/personal-data.json', '', '/contacts'].map(
        async (part) => (await http.ask(who, 'GET', `${path}${part}`)).statusCode,
      ),
    );
  expect(await statuses('chen')).toEqual([200, 200, 200, 200]);
  expect(await statuses('wang')).toEqual([403, 403, 200, 200]);
  expect(await statuses('zhou')).toEqual([404, 404, 404, 404]);
  const file = await http.ask('chen', 'GET', `${path}/personal-data.json`);
  expect(file.headers['content-disposition']).toContain('attachment');
  expect(file.json()).toMatchObject({
    data: { customer: [{ name: '司马光启' }], numbers: [{ number: '+8613922223333' }] },
  });
  const erase = (who: string, seen: number) => ask(who, 'POST', `${path}/erase`, { version: seen });
  expect((await erase('wang', version)).status).toBe(403);
  expect((await erase('chen', version + 9)).body.code).toBe('VERSION_MOVED');
  audit.isFull = true;
  expect((await erase('chen', version)).status).toBe(500);
  audit.isFull = false;
  expect(await statuses('chen')).toEqual([200, 200, 200, 200]);
  http.forget();
  const { status, body } = await erase('chen', version);
  expect(status).toBe(200);
  expect(http.audited).toEqual([{ who: 'chen', what: 'customer.erased', subject: body.id }]);
  expect(await statuses('chen')).toEqual([404, 404, 404, 404]);
  for (const q of ['%E5%8F%B8%E9%A9%AC', 'smgq', '22223333'])
    expect((await http.ask('chen', 'GET', `/api/customers?q=${q}`)).json()).toMatchObject({
      items: [],
    });
  const certificate = async (who: string) =>
    (await http.ask(who, 'GET', `/api/erasures/${body.id}`)).json<{ id?: string; code?: string }>();
  expect(await certificate('chen')).toEqual(body);
  expect((await certificate('zhou')).code).toBe('NOT_FOUND');
  expect(JSON.stringify(body)).not.toMatch(/司马|22223333/);
});
