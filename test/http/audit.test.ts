import { blockEffects, blockOf } from '../../src/domain/block/block';
import type { Effect } from '../../src/domain/effects';
import { orderEffects } from '../../src/domain/hours/closure';
import { stepPromise } from '../../src/domain/promise/promise';
import type { AuditNote } from '../../src/http/ports';
import type { AuditEntry } from '../../src/http/queries';
import { aSession, startHttp, type Method, type TestHttp } from '../support/http';
import { NOW, OFFICES, PLAN, promise } from '../support/two-stores';
import type { Row } from './access/row';
import { setScene, startScene } from './access/scene';
import { TABLE } from './access/table';

const AT = { at: NOW, by: 'chen' };
const HOTLINE = { number: '400', closure: null };
const TOLD = {
  ...{ number: '400', storeId: 'bj01', queueId: 'sales', open: true, why: null, opensAt: null },
  ...{ closure: null, test: null, message: null },
};
const ordered = (closure: { until: null } | null) =>
  orderEffects({ ...AT, type: 'hotline.ordered', number: '400', closure }, HOTLINE, TOLD);
const told = (message: { prompt: string; until: null } | null) =>
  orderEffects({ ...AT, type: 'hotline.told', number: '400', message }, HOTLINE, TOLD);
const blocked = (until: number | null) => {
  const said = { storeId: 'bj01', number: '1', reason: '', until };
  return blockEffects(blockOf({ ...AT, type: 'caller.blocked', ...said }), NOW);
};
const settled = (as: 'withdrawn' | 'done') => {
  const event = { ...AT, type: 'promise.settled', promiseId: 'p', as, reason: 'x' } as const;
  return stepPromise(promise('p', 'bj01'), event, NOW).effects;
};

/** Noted when the engine takes the order, which the scene's does not do. */
const BY_ENGINE: Record<string, [what: string, effects: Effect[]]> = {
  'POST /api/hotlines/{number}/close': ['hotline.closed', ordered({ until: null })],
  'POST /api/hotlines/{number}/open': ['hotline.opened', ordered(null)],
  'POST /api/hotlines/{number}/message': [
    'hotline.message-set',
    told({ prompt: 'closed', until: null }),
  ],
  'DELETE /api/hotlines/{number}/message': ['hotline.message-ended', told(null)],
  'POST /api/blocked-callers': ['caller.blocked', blocked(null)],
  'DELETE /api/blocked-callers/{number}': ['caller.unblocked', blocked(NOW)],
  'POST /api/promises/{id}/withdraw': ['promise.withdrawn', settled('withdrawn')],
  'POST /api/promises/{id}/done': ['promise.done', settled('done')],
};

/** Noted by the route. */
const BY_ROUTE: Record<string, string> = {
  'DELETE /api/sessions': 'session.ended',
  'DELETE /api/sessions/{id}': 'session.ended',
  'DELETE /api/tokens/{id}': 'token.revoked',
  'POST /api/tokens': 'token.made',
  'POST /api/me/password': 'password.changed',
  'POST /api/people/{id}/lock': 'person.locked',
  'POST /api/people/{id}/reset-password': 'password.reset',
  'POST /api/people/{id}/reset-second-factor': 'second-factor.reset',
  'POST /api/customers': 'customer.made',
  'PUT /api/customers/{id}': 'customer.changed',
  'POST /api/leads': 'lead.made',
  'PUT /api/leads/{id}': 'lead.changed',
  'POST /api/leads/{id}/owner': 'lead.owner-changed',
  'GET /api/leads/export.csv': 'leads.exported',
  'POST /api/leads/bulk': 'leads.changed-together',
  'POST /api/leads/evening-meeting': 'leads.assigned-in-meeting',
  'POST /api/leads/bulk/{id}/undo': 'leads.change-undone',
  'POST /api/lead-views': 'lead-view.kept',
  'PUT /api/lead-views/{id}': 'lead-view.changed',
  'DELETE /api/lead-views/{id}': 'lead-view.removed',
  'POST /api/customers/doubtful/{id}/same': 'pair.same',
  'POST /api/customers/doubtful/{id}/different': 'pair.different',
  'POST /api/customers/doubtful/{id}/later': 'pair.later',
  'POST /api/customers/doubtful/{id}/reopen': 'pair.reopened',
  'GET /api/customers/{id}/personal-data': 'personal-data.shown',
  'GET /api/customers/{id}/personal-data.json': 'personal-data.exported',
  'POST /api/customers/{id}/erase': 'customer.erased',
  'POST /api/customers/{id}/holds': 'hold.made',
  'POST /api/holds/{id}/lift': 'hold.lifted',
  'POST /api/customers/{id}/consents': 'consent.given',
  'POST /api/consents/{id}/withdraw': 'consent.withdrawn',
  'POST /api/do-not-call': 'do-not-call.said',
  'POST /api/do-not-call/{id}/lift': 'do-not-call.lifted',
  'POST /api/customers/merges': 'customer.merged',
  'POST /api/customers/merges/{id}/undo': 'customer.unmerged',
  'POST /api/customers/splits': 'customer.split',
  'POST /api/customers/splits/{id}/undo': 'customer.unsplit',
  'POST /api/leads/{id}/invalid': 'lead.invalid',
  'POST /api/leads/{id}/confirmation': 'lead.confirmed',
  'POST /api/leads/distribute': 'leads.distributed',
  'POST /api/cleaning-runs': 'cleaning.begun',
  'POST /api/leads/{id}/appointments': 'lead.invited',
  'POST /api/leads/{id}/arrivals': 'lead.arrived',
  'POST /api/deals': 'deal.made',
  'POST /api/deals/{id}/delivery': 'deal.delivered',
  'POST /api/information-fees/{id}/paid': 'fee.paid',
  'POST /api/leads/{id}/confirm-number': 'number.confirmed',
  'POST /api/leads/{id}/unconfirm-number': 'number.unconfirmed',
  'POST /api/follow-ups/{id}/done': 'follow-up.done',
  'POST /api/hotlines/{number}/test': 'hotline.tested',
  'POST /api/guard/unblock': 'guard.unblocked',
  'POST /api/imports': 'import.begun',
  'POST /api/imports/preview': 'import.previewed',
  'POST /api/imports/{id}/undo': 'import.undone',
  'GET /api/imports/{id}/rejects.csv': 'import.rejects-read',
  'POST /api/customers/{id}/vehicles': 'vehicle.added',
  'PUT /api/customers/{id}/vehicles/{vehicleId}': 'vehicle.changed',
  'DELETE /api/customers/{id}/vehicles/{vehicleId}': 'vehicle.removed',
  'POST /api/customers/{id}/notes': 'customer.noted',
  'DELETE /api/customers/{id}/numbers/{numberId}': 'number.removed',
  'POST /api/web-forms': 'web-form.made',
  'PUT /api/web-forms/{id}': 'web-form.changed',
  'DELETE /api/web-forms/{id}': 'web-form.removed',
  'POST /api/web-forms/{id}/secret': 'web-form.secret-changed',
  'POST /api/hq-leads': 'leads.delivered',
  'POST /api/prompts/reload': 'prompts.reloaded',
  'PUT /api/prompts/{language}/{key}': 'prompt.replaced',
  'DELETE /api/prompts/{language}/{key}': 'prompt.reset',
  'PUT /api/prompts/music': 'prompt.replaced',
  'DELETE /api/prompts/music': 'prompt.reset',
  'POST /api/read-only': 'read-only.ended',
  'POST /api/messages': 'text.asked',
  'PUT /api/opt-outs/{number}': 'opt-out.made',
  'DELETE /api/opt-outs/{number}': 'opt-out.lifted',
  'POST /api/alarm-mail/test': 'mail.tested',
  'POST /api/backup/moment': 'backup.begun',
  'POST /api/plan': 'plan.applied',
  'POST /api/plan/undo': 'plan.undone',
  'PUT /api/plan/{section}': 'plan.applied',
  'PUT /api/plan/{section}/{id}': 'plan.applied',
  'DELETE /api/plan/{section}/{id}': 'plan.applied',
  // What leaves the house.
  'GET /api/plan': 'plan.exported',
  'GET /api/plan/{section}': 'plan.exported',
  'GET /api/plan/{section}/{id}': 'plan.exported',
  'GET /api/plan/versions/{version}': 'plan.exported',
  'GET /api/recordings/{id}/audio': 'recording.heard',
  'POST /api/webhooks': 'webhook.made',
  'PUT /api/webhooks/{id}': 'webhook.changed',
  'DELETE /api/webhooks/{id}': 'webhook.removed',
  'POST /api/webhooks/{id}/secret': 'webhook.secret-changed',
  'POST /api/webhooks/{id}/test': 'webhook.tested',
  'POST /api/webhooks/{id}/pause': 'webhook.paused',
  'POST /api/webhooks/{id}/resume': 'webhook.resumed',
  'POST /api/webhooks/{id}/dead-letters/retry': 'webhook.retried',
  'POST /api/webhooks/{id}/dead-letters/discard': 'webhook.discarded',
};

/** Not noted: why. */
const KEPT_ELSEWHERE: [routes: RegExp, why: string][] = [
  [/^(POST|DELETE) \/api\/session$/, 'a session has a row with its begin, its end, and by whom'],
  [/^POST \/api\/me\/acknowledgement$/, 'an acknowledgement is a row of its own'],
  [/^POST \/api\/me\/second-factor$/, 'nothing counts before /confirm'],
  [/^POST \/api\/me\/second-factor\/confirm$/, 'noted: second-factor.test.ts, with real codes'],
  [/^POST \/api\/agents\/me\//, 'his own desk: states and times are in the ledger'],
  [/^POST \/api\/phones\//, 'his own seat; freeing it is noted by the engine: seats.test.ts'],
  [/^POST \/api\/parked\//, 'the call has who took it'],
  [/^POST \/api\/calls$/, 'the call has who placed it; what he may not dial is noted'],
  [
    /^(POST|DELETE) \/api\/calls\/\{id\}\/(?!form)/,
    'commands of his own talk: call and legs have them',
  ],
  [/^POST \/api\/calls\/\{id\}\/form$/, 'a form has who filled it; corrections: form.test.ts'],
  [/^POST \/api\/plan\/lint$/, 'changes nothing'],
  [/^POST \/api\/web-forms\/\{id\}\/leads$/, 'each has a row with its form, the request and when'],
];

/** Another request of the scene is good for it, where the row's is for nothing but a refusal. */
const GOOD: Record<string, Partial<Row>> = {
  'DELETE /api/sessions/{id}': { url: '/api/sessions/session-li' },
  'POST /api/leads/{id}/arrivals': { body: { salespersonId: 'zhu' } },
  'POST /api/deals/{id}/delivery': { body: { salespersonId: 'zhu' } },
  'DELETE /api/plan/{section}/{id}': { url: '/api/plan/stores/bj01' },
  'DELETE /api/opt-outs/{number}': { url: '/api/opt-outs/13800138010' },
  'GET /api/plan/versions/{version}': { url: '/api/plan/versions/8' },
  'POST /api/me/password': { body: { current: 'change-me', password: 'three blind mice' } },
};

describe('whatever a person changes, exports or hears', () => {
  let http: TestHttp;
  let routes: string[] = [];
  /** What was done of what leaves nothing in the fakes. */
  const done: string[] = [];
  let diskIsFull = false;
  let asked = '';
  const audit = (note: AuditNote): void => {
    if (diskIsFull) throw new Error('the disk is full');
    http.audited.push(note);
  };
  const doing =
    <T>(what: string, answer: T) =>
    async (): Promise<T> => {
      done.push(what);
      return answer;
    };
  /** All that a request of the table may change. */
  const state = (): string => {
    const { rows, plans, webhooks, customers, imports, merging, guard, desk, journal } = http;
    const { incoming } = http;
    const held = [...guard.held];
    const { texts, optOuts, followUps, confirmed } = rows;
    return JSON.stringify([
      ...[
        done,
        webhooks.done,
        customers.done,
        imports.done,
        incoming.done,
        merging.done,
        desk.asked,
        plans.at,
        held,
        texts,
        optOuts,
        followUps,
      ],
      ...[[...confirmed], journal.records],
    ]);
  };

  beforeAll(async () => {
    http = startScene({
      deps: {
        audit,
        testMail: doing('mail', { accepted: [], rejected: [], response: '250 Ok' }),
        // All others only wait for what was written before.
        caughtUp: async () => !asked.includes('/backup/') || doing('backup', true)(),
        readOnly: { state: () => null, order: doing('read-only', null) },
        prompts: { reload: doing('prompts', { own: 0, unusable: [] }) },
      },
    });
    const { paths } = (await http.ask(null, 'GET', '/api/openapi.json')).json<{
      paths: Record<string, object>;
    }>();
    routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  });
  afterAll(() => http.close());

  test('every route that changes something is noted, or stands here with why not', () => {
    const known = (route: string): number =>
      [BY_ENGINE[route], BY_ROUTE[route]].filter(Boolean).length +
      KEPT_ELSEWHERE.filter(([which]) => which.test(route)).length;
    const changing = routes.filter((route) => !route.startsWith('GET '));
    expect(changing.filter((route) => known(route) !== 1)).toEqual([]);
    const listed = [...Object.keys(BY_ENGINE), ...Object.keys(BY_ROUTE)];
    expect(listed.filter((route) => !routes.includes(route))).toEqual([]);
    const idle = KEPT_ELSEWHERE.filter(([which]) => !changing.some((route) => which.test(route)));
    expect(idle).toEqual([]);
  });

  test.each(Object.entries(BY_ENGINE))('%s, by the engine', (_route, [what, effects]) => {
    expect(effects).toContainEqual({
      type: 'journal.write',
      record: { kind: 'audit.noted', who: 'chen', what, subject: expect.any(String) },
    });
  });

  test.each(Object.entries(BY_ROUTE))(
    '%s: %s, and undone where it cannot be',
    async (route, what) => {
      asked = route;
      setScene(http);
      http.forget();
      http.sessions.restore([{ ...aSession('zhao'), id: 'session-zhao' }]);
      http.rows.followUps = [{ ...FOLLOW_UP }] as never;
      if (route.startsWith('POST /api/leads') && route.includes('unconfirm'))
        http.rows.confirmed.set('bj01 +861082345678', 'lead-1');
      else http.rows.confirmed.clear();
      const token = http.tokens.of('zhao')[0] ?? (await madeToken(http, 'zhao'));
      // Something to look at, and something to go back to.
      for (const id of /undo|versions/.test(route) ? ['bj01', 'sh01'] : [])
        await http.ask('zhao', 'POST', '/api/plan', { stores: [{ id }] });
      const row = { ...TABLE.find((one) => one.route === route), ...GOOD[route] };
      const [method, path = ''] = route.split(' ');
      const url = route.startsWith('DELETE /api/tokens') ? `/api/tokens/${token.id}` : row.url;
      http.audited.length = 0;
      const ask = () => http.ask('zhao', method as Method, url ?? path, row.body);
      const before = state();
      diskIsFull = true;
      const refused = await ask();
      diskIsFull = false;
      expect([refused.statusCode, refused.json()]).toMatchObject([500, { code: 'INTERNAL' }]);
      expect(state()).toBe(before);
      const response = await ask();
      expect(response.statusCode).toBeLessThan(300);
      const subject = expect.stringMatching(/./) as string;
      expect(http.audited).toEqual([{ who: 'zhao', what, subject }]);
      expect(state() === before).toBe(method === 'GET');
    },
  );
});

const FOLLOW_UP = {
  ...{ id: 'f-1', callId: 'call-1', storeId: 'bj01', leadId: null, customerId: null },
  ...{ agentId: 'wang', department: 'sales', state: 'open', number: '', name: '' },
  ...{ dueAt: NOW, openedAt: NOW, overdue: false, doneAt: null, doneBy: null },
};

const rights = ['store.read', 'plan.apply', 'recordings.hear', 'hotlines.close', 'audit.read'];
const madeToken = async (http: TestHttp, who: string) => {
  const asked = { name: 'wallboard', rights, expiresAt: NOW + 1000 };
  const response = await http.ask(who, 'POST', '/api/tokens', asked);
  expect(response.statusCode).toBe(200);
  return response.json<{ id: string; value: string }>();
};

let own: TestHttp | null = null;
afterEach(async () => {
  await own?.close();
  own = null;
});

test('what a program changes or takes is noted as its own before it is done', async () => {
  const http = (own = startScene());
  const { id, value } = await madeToken(http, 'zhao');
  http.audited.length = 0;
  const headers = { authorization: `Bearer ${value}` };
  const get = (url: string) => http.app.inject({ url, headers });
  await get('/api/audit');
  await http.app.inject({ method: 'POST', url: '/api/hotlines/%34%30%30/open?x=%0a', headers });
  await get('/api/plan');
  await get('/api/recordings/rec-1/audio');
  expect(http.audited.map(({ who, what, subject }) => [who, what, subject])).toEqual([
    ['zhao', 'token.used', `${id} POST /api/hotlines/%34%30%30/open`],
    ['zhao', 'token.used', `${id} GET /api/plan`],
    ['zhao', 'plan.exported', expect.any(String)],
    ['zhao', 'token.used', `${id} GET /api/recordings/rec-1/audio`],
    ['zhao', 'recording.heard', 'rec-1 of call-1'],
  ]);
});

describe('is read', () => {
  let http: TestHttp;
  const entry = (n: number): AuditEntry => ({
    ...{ id: `a-${n}`, at: NOW + n, who: 'chen', what: 'recording.heard', subject: 'rec-1' },
  });
  beforeEach(() => {
    http = startHttp();
    http.rows.audit = [entry(2), entry(1)];
  });
  afterEach(() => http.close());

  test('page by page, by who, what, subject and time', async () => {
    const asked = await http.ask(
      'zhao',
      'GET',
      '/api/audit?limit=1&who=chen&what=recording.heard&subject=rec-1&from=5&to=2026-01-31T09:00:00%2B08:00',
    );
    expect(asked.json()).toEqual({ items: [entry(2)], next: '1' });
    expect(http.rows.filters).toEqual([
      { who: 'chen', what: 'recording.heard', subject: 'rec-1', from: 5, to: NOW },
    ]);
    const next = await http.ask('zhao', 'GET', '/api/audit?limit=1&after=1');
    expect(next.json()).toEqual({ items: [entry(1)], next: null });
  });

  test('of some stores: what was done by those who are somebody there alone (A68)', async () => {
    const people = PLAN.people.map((one) =>
      one.id === 'zhao' ? { ...one, posts: undefined } : one,
    );
    http.live.thePlan = { ...PLAN, people: [...people, ...OFFICES] };
    expect((await http.ask('zhao', 'GET', '/api/audit?who=sun')).statusCode).toBe(200);
    const his = ['wang', 'li', 'chen', 'qian', 'zhao', 'fu'];
    expect(http.rows.filters).toEqual([{ who: 'sun', people: his }]);
  });

  test.each(['from=yesterday', 'who=%00', `subject=${'x'.repeat(257)}`, 'limit=201', 'whom=chen'])(
    'not by %s',
    async (query) => {
      expect((await http.ask('zhao', 'GET', `/api/audit?${query}`)).statusCode).toBe(400);
    },
  );
});
