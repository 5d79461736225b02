import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { MachineFacts } from '../../src/domain/doctor/machine';
import type { DoctorFacts } from '../../src/domain/doctor/findings';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { CodedError, RefusalCode } from '../../src/domain/errors';
import type {
  AgentView,
  CallerView,
  HotlineView,
  OfferView,
  ParkedView,
  QueueView,
} from '../../src/domain/notices';
import { scopeOf, type OptOut, type TextMessage } from '../../src/domain/message/message';
import type { Plan } from '../../src/domain/plan';
import type { ReadOnly } from '../../src/domain/read-only';
import type { CallSnapshot, PromiseSnapshot } from '../../src/domain/records';
import type { AgentDesk, DesktopPresence, LiveView } from '../../src/engine/ports';
import { SESSION_COOKIE } from '../../src/http/auth';
import type { HttpDeps } from '../../src/http/deps';
import type { AuditNote, Guard } from '../../src/http/ports';
import type {
  AlarmRow,
  AuditEntry,
  FollowUpRow,
  ListedLead,
  Page,
  PageRequest,
  RecordingRow,
  AgentRatings,
} from '../../src/http/queries';
import { listenOn, type Listening } from '../../src/http/listen';
import { MAX_SIP_BYTES } from '../../src/http/ports';
import { PromptFiles } from '../../src/prompts/prompt-files';
import { SipPassages, type PassagesOptions } from '../../src/telephony/passage/passages';
import { errorsOf } from '../../src/http/openapi/route-errors';
import { buildHttp } from '../../src/http/server';
import { sessionSaid, signSession } from '../../src/http/session-token';
import { idleMsOf } from '../../src/domain/sign-in/settings';
import { openedSession } from '../../src/domain/sign-in/session';
import type { SessionSnapshot } from '../../src/domain/sign-in/snapshots';
import { Acknowledgements } from '../../src/engine/sign-in/acknowledgements';
import { KeptAnswers } from '../../src/engine/repeats/kept-answers';
import { Accounts, type Passwords } from '../../src/engine/sign-in/accounts';
import { ApiTokens } from '../../src/engine/sign-in/api-tokens';
import { SecondFactors } from '../../src/engine/sign-in/second-factors';
import { Sessions } from '../../src/engine/sign-in/sessions';
import { FakeJournal } from './centre/journal';
import { Desktops } from '../../src/push/desktops';
import type { SeenLoad } from '../../src/domain/staffing/need';
import { blockKey, blockOf } from '../../src/domain/block/block';
import type { FormSnapshot } from '../../src/domain/form/form';
import { filled, FormFilling } from '../../src/engine/forms';
import { stepPromise } from '../../src/domain/promise/promise';
import { LiveState } from '../../src/engine/live-state';
import { Ordering } from '../../src/engine/ordering';
import { Hub } from '../../src/push/hub';
import { FakeCustomers } from './fake-customers';
import { FakeImports } from './fake-imports';
import { fakePrivacy } from './fake-privacy';
import { fakePermissions } from './fake-permissions';
import { fakeCustomerWork } from './fake-customer-work';
import { FakeIncoming } from './fake-incoming';
import { FakeMerging } from './fake-merging';
import { FakePlans } from './fake-plans';
import { FakeWebhooks } from './fake-webhooks';
import { Seen } from './wait';
import { fakeLeadDesk } from './fake-lead-desk';
import { fakeConfirmations } from './fake-confirmations';
import { fakeLeadLists } from './fake-lead-lists';
import { fakeLeadSteps } from './fake-lead-steps';
import { fakeLeadReports } from './fake-lead-reports';
import { NOW, PEOPLE, PLAN, agent, call as callOf, parked, queue } from './two-stores';

/**
 * The HTTP and push edge with everything behind its ports played by small fakes that keep what they
 * are told. They decide as little as they can; who may see what is never decided by them.
 */
export const SESSION_KEY = Buffer.alloc(32, 7);
export const ADMIN_TOKEN = 'a'.repeat(43);
export const PASSWORD = 'change-me';

/** What is going on; a test changes the lists. */
export class FakeLive implements LiveView {
  thePlan: Plan = PLAN;
  theAgents: AgentView[] = PEOPLE.filter(({ queues }) => queues.length > 0).map(({ id, store }) =>
    agent(id, store),
  );
  theQueues: QueueView[] = PLAN.queues.map(({ id, store }) => queue(id, store));
  theCalls: CallSnapshot[] = [];
  theOffers: OfferView[] = [];
  thePromises: PromiseSnapshot[] = [];

  plan = (): Plan => this.thePlan;
  agents = (): AgentView[] => this.theAgents;
  queues = (): QueueView[] => this.theQueues;
  theHotlines: HotlineView[] = PLAN.hotlines.map(({ number, store, queue: queueId }) => ({
    ...{ number, storeId: store, queueId, open: true },
    ...{ why: null, opensAt: null, closure: null, test: null, message: null },
  }));
  hotlines = (): HotlineView[] => this.theHotlines;
  calls = (): CallSnapshot[] => this.theCalls;
  theParked: ParkedView[] = [];
  parked = (): ParkedView[] => this.theParked;
  offers = (agentId: string): OfferView[] =>
    this.theOffers.filter((one) => one.agentId === agentId);
  theCallers: (CallerView & { callId: string })[] = [];
  callers = (agentId: string): (CallerView & { callId: string })[] =>
    agentId === 'wang' ? this.theCallers : [];
  promises = (): PromiseSnapshot[] => this.thePromises;
  theForms: FormSnapshot[] = [];
  unclassified = (): FormSnapshot[] => this.theForms;
}

/** A desk that does what it is asked, or refuses with the code a test put into `refusal`. */
export class FakeDesk implements AgentDesk, DesktopPresence {
  refusal: RefusalCode | null = null;
  readonly asked: string[] = [];
  onReceipt: (receipt: { agentId: string; offerId: string }) => void = () => undefined;

  constructor(private readonly live: FakeLive) {}

  signIn = (id: string): RefusalCode | null =>
    this.set('sign-in', id, { intent: { is: 'not-ready', reason: 'signed-in' } });
  ready = (id: string): RefusalCode | null => this.set('ready', id, { intent: { is: 'ready' } });
  notReady = (id: string, reason: string): RefusalCode | null =>
    this.set(`not-ready(${reason})`, id, { intent: { is: 'not-ready', reason } });
  wrapUp = (id: string): RefusalCode | null => this.set('wrap-up', id, { activity: 'idle' });
  signOut = (id: string): RefusalCode | null =>
    this.set('sign-out', id, { intent: { is: 'logged-out' } });
  sit = (id: string, phoneId: string): RefusalCode | null =>
    this.set(`sit(${phoneId})`, id, { seat: phoneId });
  freeSeat = (by: string, phoneId: string): RefusalCode | null => {
    this.asked.push(`freeSeat(${phoneId}) ${by}`);
    return this.refusal;
  };
  order(by: string, number: string, closure: { until: number | null } | null): RefusalCode | null {
    this.asked.push(`order(${number}, ${JSON.stringify(closure)}) ${by}`);
    if (this.refusal) return this.refusal;
    this.live.theHotlines = this.live.theHotlines.map((one) =>
      one.number === number ? { ...one, open: closure === null } : one,
    );
    return null;
  }
  test(number: string): RefusalCode | null {
    this.asked.push(`test(${number})`);
    return this.refusal;
  }
  tell(by: string, number: string, message: object | null): RefusalCode | null {
    this.asked.push(`tell(${number}, ${JSON.stringify(message)}) ${by}`);
    return this.refusal;
  }
  hold = (id: string, callId: string): RefusalCode | null => this.holding('hold', id, callId);
  resume = (id: string, callId: string): RefusalCode | null => this.holding('resume', id, callId);
  mute = (id: string, callId: string): RefusalCode | null => this.holding('mute', id, callId);
  unmute = (id: string, callId: string): RefusalCode | null => this.holding('unmute', id, callId);
  hangUp = (id: string, callId: string): RefusalCode | null => this.holding('hang-up', id, callId);
  pressKeys = (id: string, callId: string, keys: string): RefusalCode | null =>
    this.holding(`keys(${keys})`, id, callId);
  transfer = (id: string, callId: string, to: object): RefusalCode | null =>
    this.holding(`transfer(${JSON.stringify(to)})`, id, callId);
  pickUp(id: string, callId: string): RefusalCode | null {
    this.asked.push(`pick-up ${id} ${callId}`);
    if (this.refusal) return this.refusal;
    const agent = this.live.theAgents.find((one) => one.id === id);
    if (!agent) return 'NOT_AN_AGENT';
    const call = this.live.theCalls.find((one) => one.id === callId);
    if (call?.storeId !== agent.storeId) return 'NOTHING_TO_PICK_UP';
    this.live.theCalls = [{ ...call, state: 'offered' }];
    return null;
  }
  call = (id: string, { number }: { number: string }): RefusalCode | CallSnapshot => {
    this.asked.push(`call(${number}) ${id}`);
    if (this.refusal) return this.refusal;
    return callOf('call-9', { direction: 'outbound', state: 'calling', to: number, agentId: id });
  };
  consult = (id: string, callId: string, whom: object): RefusalCode | null =>
    this.holding(`consult(${JSON.stringify(whom)})`, id, callId);
  orderConsult = (id: string, callId: string, order: string): RefusalCode | null =>
    this.holding(`consult ${order}`, id, callId);
  park(id: string, callId: string): RefusalCode | null {
    const refusal = this.holding('park', id, callId);
    if (refusal === null) this.live.theParked = [parked('701', 'bj01', { callId })];
    return refusal;
  }
  retrieve(id: string, slot: string): RefusalCode | null {
    this.asked.push(`retrieve ${id} ${slot}`);
    if (this.refusal) return this.refusal;
    const agent = this.live.theAgents.find((one) => one.id === id);
    if (!agent) return 'NOT_AN_AGENT';
    const isThere = this.live.theParked.some(
      (one) => one.slot === slot && one.storeId === agent.storeId,
    );
    return isThere ? null : 'NOTHING_PARKED';
  }
  readonly desktops = new Seen<string>();
  connected(personId: string, desktopId: string): void {
    this.desktops.add(`+${personId} ${desktopId}`);
  }
  lost(personId: string, desktopId: string): void {
    this.desktops.add(`-${personId} ${desktopId}`);
  }
  offerReceived(agentId: string, offerId: string): void {
    this.onReceipt({ agentId, offerId });
  }

  private holding(what: string, id: string, callId: string): RefusalCode | null {
    this.asked.push(`${what} ${id} ${callId}`);
    if (this.refusal) return this.refusal;
    const states: Record<string, CallSnapshot['state']> = {
      ...{ hold: 'held', resume: 'talking' },
      ...{ mute: 'talking', unmute: 'talking' },
    };
    if (what.startsWith('consult')) states[what] = 'consulting';
    const state = states[what] ?? 'queued';
    const call = this.live.theCalls.find((one) => one.id === callId);
    if (call?.agentId !== id) return 'NOT_YOUR_TALK';
    this.live.theCalls = this.live.theCalls.map((one) => (one === call ? { ...one, state } : one));
    return null;
  }

  private set(what: string, id: string, change: Partial<AgentView>): RefusalCode | null {
    this.asked.push(`${what} ${id}`);
    if (this.refusal) return this.refusal;
    if (!this.live.theAgents.some((one) => one.id === id)) return 'NOT_AN_AGENT';
    this.live.theAgents = this.live.theAgents.map((one) =>
      one.id === id ? { ...one, ...change } : one,
    );
    return null;
  }
}

/** An edge that holds one address back until it is told to let it go, or that cannot be asked. */
export class FakeGuard implements Guard {
  failure: CodedError | null = null;
  readonly held = new Set(['192.0.2.1']);
  readonly counters: Record<string, number> = { flood: 7, scanner: 0 };

  status: Guard['status'] = async () => {
    if (this.failure) throw this.failure;
    const sources = [...this.held].map((address) => ({
      ...{ address, why: 'digest' as const, since: NOW - 1000, until: NOW + 599_000, dropped: 3 },
    }));
    return { counters: this.counters, sources, more: 0 };
  };
  unblock: Guard['unblock'] = async (address) => {
    if (this.failure) throw this.failure;
    return this.held.delete(address);
  };
}

/** Rows as the database would hold them, and the filters it was asked with. */
export class FakeRows {
  readOnly: ReadOnly | null = null;
  calls: CallSnapshot[] = [];
  recordings: RecordingRow[] = [];
  /** Recordings whose files are not here yet. */
  readonly arriving = new Set<string>();
  leads: ListedLead[] = [];
  forms: FormSnapshot[] = [];
  followUps: FollowUpRow[] = [];
  /** Told by the routes: code, detail, store. */
  alarmed: string[][] = [];
  /** How often somebody waited for the disk. */
  written = 0;
  /** Whose lead a call is of. */
  readonly owners = new Map<string, string>();
  /** Lead by store and number. */
  readonly confirmed = new Map<string, string>();
  promises: PromiseSnapshot[] = [];
  audit: AuditEntry[] = [];
  readonly filters: unknown[] = [];
  ratings: AgentRatings[] = [];
  texts: TextMessage[] = [];
  textsVia: string | null = 'http';
  /** How ordering a text is refused. */
  textRefusal: CodedError | null = null;
  optOuts: OptOut[] = [];
  load: SeenLoad = { days: 4, callers: new Map(), talkMs: null, waitedMs: 0, left: 0 };
}

/** Between app and edge. */
export const MEDIA_SECRET = 'm'.repeat(32);

/** Everything of one test; `close` ends it. */
export interface TestHttp {
  app: FastifyInstance;
  deps: HttpDeps;
  live: FakeLive;
  desk: FakeDesk;
  guard: FakeGuard;
  rows: FakeRows;
  plans: FakePlans;
  webhooks: FakeWebhooks;
  customers: FakeCustomers;
  imports: FakeImports;
  incoming: FakeIncoming;
  merging: FakeMerging;
  hub: Hub;
  desktops: Desktops;
  passages: SipPassages;
  recordingsDir: string;
  recordingsDir2: string;
  /** Of the store's own prompts. */
  promptsDir: string;
  audited: AuditNote[];
  logged: string[];
  clock: { now: number };
  /** What was written of signing in. */
  journal: FakeJournal;
  accounts: Accounts;
  tokens: ApiTokens;
  sessions: Sessions;
  /** A promise stands open, and the database has it. */
  owes(promise: PromiseSnapshot): void;
  /** Asks as the person would by bearer; `null` asks as nobody, `admin-token` as the command. */
  ask(
    who: string | null,
    method: Method,
    url: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
  /** Listens on an address of its own until the end of the test: `http://127.0.0.1:port`. */
  listen(): Promise<string>;
  /** Forgets what was asked, noted and logged, for the next test on the same server. */
  forget(): void;
  close(): Promise<void>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A good token of the person, as a cookie or bearer holds it; the server of a test knows those of `NOW`. */
export function tokenOf(personId: string, issuedAt = NOW, key = SESSION_KEY): string {
  return signSession(sessionSaid(aSession(personId, issuedAt)), key);
}

/** Of a person and a moment always the same. */
export function aSession(personId: string, at = NOW): SessionSnapshot {
  return openedSession({ id: `session-${personId}-${at}`, personId, at, address: '', client: '' });
}

export const cookieOf = (token: string): string => `${SESSION_COOKIE}=${token}`;

/** As quick as a test wants it. */
const CLEAR: Passwords = {
  hash: async (password) => `hash of ${password}`,
  matches: async (stored, password) => stored === `hash of ${password}`,
};

export interface TestOptions {
  deps?: Partial<HttpDeps>;
  heartbeatMs?: number;
  passages?: Partial<PassagesOptions>;
  capacity?: number;
  startSeq?: number;
}

/** Nothing of it is to be seen to. */
export const MACHINE: MachineFacts = {
  ...{ node: '20.20.2', openFiles: 65_536, unknownZones: [], hasMediaNetworks: false },
  clock: { is: 'measured', offsetMs: 4 },
  ...{ certificate: null, pages: [], addresses: ['192.168.1.5'], publicTrunks: [] },
  disks: [{ path: '/data', writeMs: 3 }],
};

/** Nothing of it is to be seen to. */
export const INSTALLATION: DoctorFacts = {
  database: { clockOffMs: 3, version: '16.4', latencyMs: 2, bytes: 2e8 },
  machine: MACHINE,
  recordedHours: 20,
  ...{
    missing: [],
    plan: [],
    byPasswordAlone: { people: [], isMeant: false },
    promptsMissing: [],
    folders: [],
    hotlines: [],
    trunks: [],
    callsLost: 0,
  },
};

export function startHttp(options: TestOptions = {}): TestHttp {
  const live = new FakeLive();
  const desk = new FakeDesk(live);
  const guard = new FakeGuard();
  const rows = new FakeRows();
  const plans = new FakePlans();
  const webhooks = new FakeWebhooks();
  const customers = new FakeCustomers();
  const imports = new FakeImports();
  const incoming = new FakeIncoming();
  const merging = new FakeMerging();
  const audited: AuditNote[] = [];
  const logged: string[] = [];
  const clock = { now: NOW };
  const now = (): number => clock.now;
  const recordingsDir = mkdtempSync(join(tmpdir(), 'openline-http-'));
  const recordingsDir2 = mkdtempSync(join(tmpdir(), 'openline-http-2-'));
  const promptsDir = join(recordingsDir2, 'prompts');
  const { startSeq = NOW * 1000, capacity, heartbeatMs } = options;
  const journal = new FakeJournal();
  let ids = 0;
  const makeId = () => `id-${(ids += 1)}`;
  const accounts = new Accounts({ journal, now, plan: live.plan, passwords: CLEAR });
  accounts.restore(new Map(PEOPLE.map(({ id }) => [id, `hash of ${PASSWORD}`])), []);
  const factors = new SecondFactors({ journal, now, key: Buffer.alloc(32, 5) });
  const tokens = new ApiTokens({ journal, makeId, now });
  const sessions = new Sessions({ journal, makeId, now, idleMs: () => idleMsOf(live.plan()) });
  sessions.restore([...PEOPLE.map(({ id }) => aSession(id)), aSession('ghost')]);
  const hub = new Hub({ startSeq, ...(capacity !== undefined && { capacity }) });
  const desktops = new Desktops({
    hub,
    live,
    desk,
    presence: desk,
    stands: (sessionId) => sessions.use(sessionId) !== null,
    readOnly: () => rows.readOnly,
    now,
    ...(heartbeatMs !== undefined && { heartbeatMs }),
  });
  const passages = new SipPassages({
    ...{ secret: MEDIA_SECRET, maxBytes: MAX_SIP_BYTES, now: Date.now },
    ...{ log: pino({ level: 'silent' }), ...options.passages },
  });
  sessions.onEnded((sessionId) => {
    desktops.endSession(sessionId);
    passages.review();
  });
  const state = new LiveState();
  const blocks = new Ordering(
    state,
    (event) => {
      if (event.type === 'promise.settled') {
        const promise = state.promise(event.promiseId) ?? null;
        const { next } = stepPromise(promise, event, event.at);
        if (next) state.setPromise(next);
      }
      if (event.type !== 'caller.blocked') return;
      state.blocks.set(blockKey(event.storeId, event.number), blockOf(event));
    },
    now,
  );
  state.setPlan(PLAN);
  const forms = new FormFilling(
    state,
    (event) => void (event.type === 'form.filled' && filled(state, event)),
    now,
    makeId,
  );
  const repeats = new KeptAnswers({
    folder: join(recordingsDir2, 'repeats'),
    ...{ key: Buffer.alloc(32, 5), now, log: pino({ level: 'silent' }) },
  });
  const deps: HttpDeps = {
    forms,
    imports,
    incoming,
    webForms: incoming,
    customerWork: fakeCustomerWork(customers.done),
    caughtUp: async () => true,
    readOnly: { state: () => rows.readOnly, order: async () => rows.readOnly },
    written: async () => void (rows.written += 1),
    alarm: (...told) => void rows.alarmed.push(told),
    followedUp: ({ followUpId, by }) => {
      rows.followUps = rows.followUps.map((row) =>
        row.id === followUpId ? { ...row, state: 'done', doneBy: by } : row,
      );
    },
    live,
    desk,
    hotlines: {
      orderHotline: (by, number, closure) => desk.order(by, number, closure),
      testHotline: (number) => desk.test(number),
      tellCallers: (by, number, message) => desk.tell(by, number, message),
    },
    blocks,
    promises: blocks,
    installation: () => Promise.resolve(INSTALLATION),
    counted: (hotlines) => ({ since: 5, came: hotlines.length, ended: 0, inProgress: 0, lost: 0 }),
    loads: (queueId, days) => {
      rows.filters.push({ queueId, days });
      return Promise.resolve(rows.load);
    },
    ratings: (asked) => {
      rows.filters.push(asked);
      return Promise.resolve(rows.ratings);
    },
    leadReports: fakeLeadReports(rows.filters),
    leadSteps: fakeLeadSteps(customers.done),
    confirmations: fakeConfirmations(customers.done, rows.filters),
    leadLists: fakeLeadLists(customers.done, rows.filters),
    permissions: fakePermissions(customers.done),
    privacy: fakePrivacy(customers.done),
    leadDesk: fakeLeadDesk(customers.done),
    guard,
    texts: {
      get via() {
        return rows.textsVia;
      },
      list: async (stores, page) =>
        pageOf(
          rows.texts.filter(({ storeId }) => stores.includes(storeId)),
          page,
        ),
      ask: async (wanted) => {
        if (rows.textRefusal) throw rows.textRefusal;
        const text: TextMessage = {
          ...{ ...wanted, id: `text-${rows.texts.length + 1}`, key: '', kind: 'appointment' },
          ...{ promiseId: null, state: 'queued', reason: null, detail: '', body: '', price: 0 },
          ...{ askedAt: NOW, sentAt: null },
        };
        rows.texts.unshift(text);
        return text;
      },
      optOuts: async (stores, page) => {
        const scopes = stores.map((id) => scopeOf(live.plan(), id));
        return pageOf(
          rows.optOuts.filter(({ scope }) => scopes.includes(scope)),
          page,
        );
      },
      optOut: async ({ storeId, number, by, how }) => {
        const scope = scopeOf(live.plan(), storeId);
        const stands = rows.optOuts.find((one) => one.scope === scope && one.number === number);
        const made = { id: `o-${rows.optOuts.length}`, scope, number, by, how, at: NOW };
        if (!stands) rows.optOuts.push(made);
        return stands ?? made;
      },
      lift: async ({ storeId, number }) => {
        const scope = scopeOf(live.plan(), storeId);
        const before = rows.optOuts.length;
        rows.optOuts = rows.optOuts.filter((one) => one.scope !== scope || one.number !== number);
        return rows.optOuts.length < before;
      },
    },
    testMail: async () => ({ accepted: ['it@dealer.cn'], rejected: [], response: '250 Ok' }),
    trunks: () => [],
    prompts: { reload: async () => ({ own: 0, unusable: [] }) },
    promptFiles: new PromptFiles(promptsDir),
    queries: fakeQueries(rows),
    customers,
    merging,
    cleaning: merging,
    accounts,
    factors,
    tokens,
    acknowledgements: new Acknowledgements(journal, now),
    plans,
    sessions,
    sessionKey: SESSION_KEY,
    adminToken: ADMIN_TOKEN,
    recordingsDir,
    recordingsDir2,
    isArriving: (id) => rows.arriving.has(id),
    readiness: () => [],
    metrics: new Registry(),
    repeats,
    trustedProxies: [],
    // Their clock stands still: a test that is about being limited says how much may be asked.
    budgets: { reads: 1e6, changes: 1e6, exports: 1e6, dials: 1e6, strangers: 1e6 },
    push: desktops,
    sipPassages: passages,
    confirm: ({ storeId, number, leadId }) => {
      if (leadId === null) rows.confirmed.delete(`${storeId} ${number}`);
      else rows.confirmed.set(`${storeId} ${number}`, leadId);
    },
    audit: (note) => void audited.push(note),
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    now,
    webhooks,
    ...options.deps,
  };
  const app = buildHttp(deps);
  const undeclared = watchErrors(app);
  const listening: Listening[] = [];
  return {
    app,
    deps,
    live,
    desk,
    guard,
    rows,
    plans,
    webhooks,
    customers,
    imports,
    incoming,
    merging,
    hub,
    desktops,
    passages,
    recordingsDir,
    recordingsDir2,
    promptsDir,
    audited,
    logged,
    clock,
    journal,
    accounts,
    tokens,
    sessions,
    owes(promise) {
      rows.promises.push(promise);
      state.setPromise(promise);
    },
    ask: (who, method, url, body, headers = {}) => {
      // Whatever a test before it ended.
      if (who !== null) sessions.restore([aSession(who)]);
      return app.inject({
        method,
        url,
        headers: {
          ...(who === null ? {} : { authorization: `Bearer ${bearerOf(who)}` }),
          ...(Buffer.isBuffer(body) && {
            'content-type': url.startsWith('/api/imports') ? 'text/csv' : 'audio/wav',
          }),
          ...headers,
        },
        ...(body && { payload: body }),
      });
    },
    async listen() {
      const door = await listenOn(app, [{ host: '127.0.0.1', port: 0 }]);
      listening.push(door);
      return door.addresses[0] ?? '';
    },
    forget() {
      for (const list of [desk.asked, rows.filters, audited, logged]) list.length = 0;
      desk.refusal = null;
      plans.forget();
    },
    async close() {
      await Promise.all([desktops.close(), passages.close()]);
      await Promise.all(listening.map((door) => door.close()));
      await app.close();
      await repeats.close();
      undeclared();
      for (const folder of [recordingsDir, recordingsDir2]) rmSync(folder, { recursive: true });
    },
  };
}

/** Every error that a route gives must be one of those in its description: closing the server throws when one was not. */
function watchErrors(app: FastifyInstance): () => void {
  const undeclared = new Set<string>();
  app.addHook('onSend', async ({ method, routeOptions }, reply, payload) => {
    const { url, config, schema } = routeOptions;
    if (reply.statusCode < 400 || url === undefined || config.access === undefined) return payload;
    const { access, evenPending } = config;
    const may = errorsOf({ method, url, access, evenPending, response: schema?.response });
    const { code } = JSON.parse(String(payload)) as { code: string };
    if (!may.some((one) => one === code)) undeclared.add(`${method} ${url}: '${code}'`);
    return payload;
  });
  return () => {
    if (undeclared.size === 0) return;
    const list = [...undeclared].join('\n');
    throw new Error(`Answers that the routes do not declare; add them to problems(…):\n${list}`);
  };
}

function bearerOf(who: string): string {
  return who === 'admin-token' ? ADMIN_TOKEN : tokenOf(who);
}

function fakeQueries(rows: FakeRows): HttpDeps['queries'] {
  const asked = <T>(filter: T): T => {
    rows.filters.push(filter);
    return filter;
  };
  return {
    calls: async (filter, page) => {
      const { storeIds } = asked(filter);
      return pageOf(
        rows.calls
          .filter((row) => storeIds?.includes(row.storeId ?? '') ?? true)
          .map((row) => ({ ...row, form: null })),
        page,
      );
    },
    call: async (id) => {
      const found = rows.calls.find((row) => row.id === id);
      if (!found) return null;
      const recordings = rows.recordings.filter(({ callId }) => callId === id);
      return {
        call: found,
        legs: [],
        entries: [],
        offers: [],
        ratings: [],
        recordings,
        lead: null,
        form: null,
      };
    },
    recordings: async (filter, page) => {
      const { callId } = asked(filter);
      return pageOf(
        rows.recordings.filter((row) => row.callId === callId),
        page,
      );
    },
    recording: async (id) => rows.recordings.find((row) => row.id === id) ?? null,
    leads: async (filter, page) => {
      const { due: _rules, ...said } = filter;
      const { storeIds } = asked(said);
      return pageOf(
        rows.leads.filter((row) => storeIds?.includes(row.storeId) ?? true),
        page,
      );
    },
    lead: async (id) => rows.leads.find((row) => row.id === id) ?? null,
    form: async (callId) => rows.forms.find((form) => form.callId === callId) ?? null,
    ownerOfCall: async (callId) => rows.owners.get(callId) ?? null,
    followUps: async (filter, page) => {
      const { storeIds, afterSalesOf, own } = asked(filter);
      const stores = [...storeIds, ...afterSalesOf, ...own.of];
      return pageOf(
        rows.followUps.filter((row) => stores.includes(row.storeId)),
        page,
      );
    },
    followUp: async (id) => rows.followUps.find((row) => row.id === id) ?? null,
    unclassified: async (filter) => ({
      ...{ from: asked(filter).from, to: filter.to, calls: 2, unclassified: 1 },
      agents: [{ agentId: 'wang', calls: 2, unclassified: 1, oldestAt: NOW }],
    }),
    pickUps: async (filter) => ({
      ...{ from: asked(filter).from, to: filter.to, zone: filter.zone },
      days: [{ day: '2026-03-02', calls: 3, talks: 2, withinThreeRings: 1 }],
    }),
    promises: async (filter, page) => {
      const { storeIds } = asked(filter);
      return pageOf(
        rows.promises.filter((row) => storeIds.includes(row.storeId)),
        page,
      );
    },
    promise: async (id) => {
      const found = rows.promises.find((row) => row.id === id);
      return found ? { promise: found, attempts: [] } : null;
    },
    alarms: async (filter, page) => {
      asked(filter);
      return pageOf([] as AlarmRow[], page);
    },
    audit: async (filter, page) => {
      asked(filter);
      return pageOf(rows.audit, page);
    },
    holder: async (storeId, number) => rows.confirmed.get(`${storeId} ${number}`) ?? null,
    ledger: async (filter) => {
      const { hotline, from, to } = asked(filter);
      const counts = {
        inProgress: 0,
        promises: 0,
        left: 1,
        noNumber: 0,
        blocked: 0,
        refused: 0,
        overCapacity: 0,
        broken: 0,
      };
      return {
        hotline: hotline ?? null,
        from,
        to,
        arrived: 3,
        talks: 2,
        ...counts,
        balanced: true,
      };
    },
  };
}

/** Cursors of the fake are plain offsets. */
function pageOf<T>(all: T[], { limit, after = '0' }: PageRequest): Page<T> {
  const end = Number(after) + limit;
  return { items: all.slice(Number(after), end), next: end < all.length ? String(end) : null };
}
