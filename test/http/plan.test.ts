import { parse } from 'yaml';
import { startHttp } from '../support/http';
import type { TestHttp } from '../support/http';
import { call, person } from '../support/two-stores';

let http: TestHttp;
beforeAll(() => void (http = startHttp()));
afterEach(() => http.forget());
afterAll(() => http.close());

const PLAN = { stores: [{ id: 'bj01' }] };
const english = { 'accept-language': 'en' };

describe('a plan', () => {
  test.each([
    ['an administrator', 'zhao', 'zhao'],
    ['the command on this machine', 'admin-token', 'admin-token'],
  ])('is applied by %s, and that is noted', async (_what, who, noted) => {
    const response = await http.ask(who, 'POST', '/api/plan', PLAN);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({ etag: '"8"' });
    expect(response.json()).toEqual({
      dryRun: false,
      version: 8,
      summary: { stores: { added: 1, changed: 0, removed: 0 } },
      changes: [
        {
          ...{ section: 'stores', id: 'bj01', is: 'changed' },
          fields: [{ field: 'name', from: '北京一店', to: null }],
        },
        { section: 'hotlines', id: '400', is: 'removed', value: { number: '400', store: 'bj01' } },
        { section: 'people', id: 'wang', is: 'removed', value: { id: 'wang', queues: ['sales'] } },
      ],
      findings: [],
      warnings: [
        { section: 'hotlines', id: '400', message: expect.stringContaining('新来电将被拒绝') },
      ],
    });
    expect(http.audited).toEqual([{ who: noted, what: 'plan.applied', subject: 'plan' }]);
    expect(http.plans.kept).toMatchObject([{ who: noted, what: 'applied' }]);
  });

  test.each([
    ['gives himself no post by it', 'PUT', '/api/plan/people/x', { posts: [{ post: 'hq' }] }],
    ['applies none', 'POST', '/api/plan', PLAN],
    ['is not even shown his own part', 'GET', '/api/plan/people/x', undefined],
  ] as const)('A68: an administrator of one store %s', async (_what, method, url, body) => {
    const { thePlan } = http.live;
    const x = person('x', 'administrator', 'sh01');
    http.live.thePlan = { ...thePlan, people: [...thePlan.people, x] };
    const response = await http.ask('x', method, url, body, english);
    http.live.thePlan = thePlan;
    expect([response.statusCode, response.json()]).toMatchObject([
      403,
      { code: 'NOT_ALL_STORES', whatToDo: expect.stringContaining('npx openline') },
    ]);
    expect([http.plans.kept, http.audited]).toEqual([[], []]);
  });

  test('with faults is refused with the place of each', async () => {
    const response = await http.ask('zhao', 'POST', '/api/plan', {});
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({
      code: 'PLAN_REFUSED',
      details: { problems: [{ at: 'stores', code: 'MISSING', message: '缺少' }] },
    });
    expect(http.audited).toEqual([]);
  });

  test('is tried: nothing stays, nothing is noted, and who is on the phone is told of', async () => {
    http.live.theCalls = [call('call-1', { hotline: '400', endedAt: null })];
    const url = '/api/plan?dryRun=true';
    const response = await http.ask('zhao', 'POST', url, PLAN, english);
    expect(response.json()).toMatchObject({
      dryRun: true,
      warnings: [
        { id: '400', message: 'From now on its callers are refused (404). 1 call goes on.' },
      ],
    });
    expect(response.headers).not.toHaveProperty('etag');
    expect({ at: http.plans.at, audited: http.audited }).toEqual({ at: 7, audited: [] });
    http.live.theCalls = [];
  });

  test('may be large, but not endless; other bodies may not even be large', async () => {
    const plan = (bytes: number) => ({ stores: [{ id: 'x'.repeat(bytes) }] });
    expect((await http.ask('zhao', 'POST', '/api/plan', plan(4_000_000))).statusCode).toBe(200);
    expect((await http.ask('zhao', 'POST', '/api/plan', plan(9_000_000))).statusCode).toBe(413);
    const large = await http.ask('wang', 'POST', '/api/agents/me/not-ready', plan(20_000));
    expect(large.statusCode).toBe(413);
    expect(large.json()).toMatchObject({ code: 'TOO_LARGE' });
  });

  test('of somebody who may not is refused before it is read', async () => {
    const response = await http.app.inject({ method: 'POST', url: '/api/plan', payload: '{' });
    expect(response.statusCode).toBe(401);
  });

  test('is exported as JSON and as the YAML that is applied', async () => {
    const json = await http.ask('zhao', 'GET', '/api/plan');
    expect(json.json()).toEqual(http.plans.document);
    expect(json.headers).toMatchObject({ etag: '"7"' });
    const yaml = await http.ask('zhao', 'GET', '/api/plan', undefined, {
      accept: 'application/yaml',
    });
    expect(yaml.headers['content-type']).toBe('application/yaml; charset=utf-8');
    expect(yaml.body).toMatch(
      /^# Openline plan, version 7, exported 20\d\d-\d\d-\d\dT[\d:.]+Z\.\n/,
    );
    expect(parse(yaml.body)).toEqual(http.plans.document);
  });

  test('is looked at without being applied', async () => {
    const remark = { code: 'X', severity: 'hint' as const, at: 'stores[0]', zh: '看', en: 'look' };
    http.plans.findings = [remark];
    const good = await http.ask('zhao', 'POST', '/api/plan/lint', PLAN, english);
    expect(good.json()).toEqual({
      problems: [],
      findings: [{ code: 'X', severity: 'hint', at: 'stores[0]', message: 'look' }],
    });
    const bad = await http.ask('zhao', 'POST', '/api/plan/lint', {}, english);
    expect(bad.json()).toEqual({
      problems: [{ at: 'stores', code: 'MISSING', message: 'missing' }],
      findings: [],
    });
    expect({ at: http.plans.at, audited: http.audited }).toEqual({ at: 7, audited: [] });
  });
});

describe('a part of the plan', () => {
  test.each([
    ['/api/plan/people', [{ id: 'wang', queues: ['sales'] }]],
    ['/api/plan/people/wang', { id: 'wang', queues: ['sales'] }],
    ['/api/plan/hotlines/400', { number: '400', store: 'bj01' }],
    ['/api/plan/phones', []],
    ['/api/plan/numbers', {}],
  ])('is read at %s', async (url, part) => {
    const response = await http.ask('zhao', 'GET', url);
    expect(response.json()).toEqual(part);
    expect(response.headers).toMatchObject({ etag: '"7"' });
  });

  test.each([
    ...['/api/plan/people/nobody', '/api/plan/persons', '/api/plan/numbers/x'],
    ...['/api/plan/constructor', '/api/plan/__proto__'],
  ])('that there is not is not found: %s', async (url) => {
    expect((await http.ask('zhao', 'GET', url)).statusCode).toBe(404);
    expect(
      (await http.ask('zhao', 'DELETE', url.replace(/(persons|constructor|__proto__)$/, '$1/b')))
        .statusCode,
    ).toBe(404);
  });

  test('is replaced, added and removed, as a whole plan each time', async () => {
    const put = (url: string, body: object) => http.ask('zhao', 'PUT', url, body);
    await put('/api/plan/people/wang', { queues: [] });
    await put('/api/plan/hotlines/401', { store: 'bj01' });
    await put('/api/plan/numbers', { country: 'CN' });
    await http.ask('zhao', 'DELETE', '/api/plan/hotlines/400');
    expect(http.plans.document).toEqual({
      stores: [{ id: 'bj01', name: '北京一店' }],
      hotlines: [{ number: '401', store: 'bj01' }],
      people: [{ id: 'wang', queues: [] }],
      numbers: { country: 'CN' },
    });
    expect(http.audited).toHaveLength(4);
    const moved = await put('/api/plan/people/wang', { id: 'li' });
    expect(moved.json()).toMatchObject({ code: 'OTHER_ID' });
    expect((await put('/api/plan/persons/wang', {})).statusCode).toBe(404);
    expect(http.plans.at).toBe(11);
  });

  test('is changed only in the version that its writer has seen', async () => {
    const put = (tag: string) =>
      http.ask('zhao', 'PUT', '/api/plan/people/wang', { queues: [] }, { 'if-match': tag });
    for (const tag of ['"6"', 'W/"7"', '7', '']) {
      const late = await put(tag);
      expect({ status: late.statusCode, body: late.json<unknown>() }).toMatchObject({
        status: 412,
        body: { code: 'PLAN_MOVED', details: { version: 7 } },
      });
    }
    expect((await put('"6", "7"')).headers).toMatchObject({ etag: '"8"' });
    expect((await put('*')).statusCode).toBe(200);
  });
});

describe('versions of the plan', () => {
  test('are listed with who and what, read, and gone back to', async () => {
    await http.ask('zhao', 'POST', '/api/plan', PLAN);
    await http.ask('zhao', 'POST', '/api/plan', { stores: [] });
    const list = await http.ask('zhao', 'GET', '/api/plan/versions');
    expect(list.json()).toMatchObject({
      items: [
        { version: 8, who: 'zhao', what: 'applied' },
        { version: 9, changes: [{ section: 'stores', id: 'bj01', is: 'removed' }] },
      ],
    });
    expect((await http.ask('zhao', 'GET', '/api/plan/versions/8')).json()).toEqual(PLAN);
    expect((await http.ask('zhao', 'GET', '/api/plan/versions/99')).statusCode).toBe(404);
    expect((await http.ask('zhao', 'GET', '/api/plan/versions/x')).statusCode).toBe(400);
    expect((await http.ask('zhao', 'POST', '/api/plan/undo?dryRun=true')).statusCode).toBe(200);
    expect(http.plans.document).toEqual({ stores: [] });
    expect((await http.ask('zhao', 'POST', '/api/plan/undo')).json()).toMatchObject({
      ...{ version: 10, changes: [{ section: 'stores', id: 'bj01', is: 'added' }] },
    });
    expect(http.plans.document).toEqual(PLAN);
    expect(http.audited.at(-1)).toEqual({ who: 'zhao', what: 'plan.undone', subject: 'plan' });
    expect((await http.ask('zhao', 'POST', '/api/plan/undo?to=9')).statusCode).toBe(200);
    expect(http.plans.document).toEqual({ stores: [] });
  });

  test('that are not kept cannot be gone back to', async () => {
    const response = await http.ask('zhao', 'POST', '/api/plan/undo');
    expect({ status: response.statusCode, body: response.json<unknown>() }).toMatchObject({
      ...{ status: 409, body: { code: 'NOTHING_TO_UNDO' } },
    });
  });
});
