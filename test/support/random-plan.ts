/**
 * Plan documents that are good, drawn at random: each field of each section is said or left out, each list is short or
 * long. Whatever a plan file may say has to be drawn here, so that the laws of plans are tried on all of it.
 */
import { DIAL_CLASSES, PHONE_PROFILES, STRATEGY_NAMES } from '../../src/domain/plan';
import { PROMISE_REASONS } from '../../src/domain/promise/ring-back';
import { LANGUAGES } from '../../src/domain/spoken';
import type { Random } from '../simulation/random';

type Said = Record<string, unknown>;
export type PlanFile = Record<string, Said[]> & { sip?: unknown };

export function randomPlan(random: Random): PlanFile {
  const some = (prefix: string, least: number, most: number): string[] =>
    Array.from({ length: least + random.below(most - least + 1) }, (_, n) => `${prefix}${n + 1}`);
  const ids: Ids = {
    hours: some('hours', 0, 2),
    trunks: some('trunk', 1, 3),
    stores: some('store', 1, 3),
    queues: some('queue', 1, 4),
    people: some('person', 1, 6),
  };
  const draw = new Draw(random);
  const plan = {
    sip: { realm: draw.one('openline', 'other') },
    groups: ['north', 'south'].map((id) => ({
      ...{ id, name: '集团' },
      ...draw.maybe('sharesCustomers', () => true),
    })),
    entities: [
      { id: 'entity1', name: '法人', group: 'north' },
      { id: 'entity2', name: 'Entity' },
    ],
    stores: ids.stores.map((id) => storeOf(id, ids, draw)),
    departments: ids.stores.map((store) => ({
      ...{ id: `${store}-coc`, store, name: '客户运营中心', kind: draw.one('coc', 'finance') },
    })),
    trunks: ids.trunks.map((id, index) => trunkOf(id, index, draw)),
    queues: ids.queues.map((id) => queueOf(id, ids, draw)),
    ...draw.maybe('hours', () => ids.hours.map((id) => hoursOf(id, draw)), ids.hours.length > 0),
    hotlines: some('40', 1, 4).map((number) => hotlineOf(number, ids, draw)),
    people: ids.people.map((id, index) => personOf(id, index, ids, draw)),
    phones: some('80', 0, 6).map((id, index) => phoneOf(id, index, ids, draw)),
    ...draw.maybe('numbers', () => numbersOf(draw)),
    ...draw.maybe('dialling', () => diallingOf(draw)),
    ...draw.maybe('forms', () => formsOf(draw)),
    ...draw.maybe('leads', () => leadsOf(draw)),
    ...draw.maybe('signIn', () => signInOf(draw)),
  };
  return plan as unknown as PlanFile;
}

type Ids = Record<'hours' | 'trunks' | 'stores' | 'queues' | 'people', string[]>;

/** What is drawn, in the words of a plan. */
class Draw {
  constructor(private readonly random: Random) {}

  one = <T>(...values: T[]): T => values[this.random.below(values.length)] as T;
  from = <T>(values: readonly T[]): T => values[this.random.below(values.length)] as T;
  some = <T>(values: readonly T[]): T[] => values.filter(() => this.random.chance(0.5));
  least = <T>(values: readonly T[]): T[] => [...new Set([this.from(values), ...this.some(values)])];
  int = (from: number, to: number): number => from + this.random.below(to - from + 1);
  yes = (): boolean => this.random.chance(0.5);
  /** The field, or nothing of it. */
  maybe = (key: string, value: () => unknown, always = false): Said =>
    always || this.random.chance(0.4) ? { [key]: value() } : {};
  fields = (fields: Record<string, () => unknown>): Said =>
    Object.assign({}, ...Object.entries(fields).map(([key, value]) => this.maybe(key, value)));
}

/** One whose legal entity says its group says none of its own. */
const storeOf = (id: string, ids: Ids, draw: Draw): Said => ({
  ...{ id, name: draw.one('北京一店', 'Store') },
  ...draw.one<Said>({}, { entity: 'entity1' }, { entity: 'entity2', group: 'south' }),
  ...draw.fields({
    timezone: () => draw.one('Asia/Shanghai', 'Europe/Berlin'),
    trunks: () => draw.least(ids.trunks),
    shows: () => draw.one('01062345678', '400'),
    emergency: () => draw.least(['110', '119', '120']),
    reservedForInbound: () => draw.int(0, 3),
    parkSeconds: () => draw.int(10, 600),
    leads: () => leadsOf(draw),
  }),
  ...(ids.hours.length > 0 ? draw.maybe('hours', () => draw.from(ids.hours)) : {}),
});

const trunkOf = (id: string, index: number, draw: Draw): Said => ({
  ...{
    id,
    from: [`10.0.${index}.1`, ...draw.some([`10.0.${index}.2:5080`, `10.1.${index}.0/24`])],
  },
  channels: draw.int(1, 60),
  ...draw.fields({
    country: () => draw.one('CN', 'HK'),
    area: () => draw.one('010', '021'),
    callerId: () => draw.least(['pai', 'from', 'diversion', 'rpid']),
    calledId: () => draw.least(['uri', 'to', 'called-party', 'diversion']),
    prefixes: () => draw.some(['9', '0086']),
    numbers: () => draw.some(['62345678', '01062345679']),
    dials: () => draw.one('national', 'e164'),
    localMobiles: () => draw.some(['138', '1391']),
    dial: () => draw.some(DIAL_CLASSES),
    rewrite: () =>
      draw.fields({
        called: () => rulesOf(draw),
        in: () => rulesOf(draw),
        out: () => rulesOf(draw),
      }),
    to: () =>
      draw.least([
        'sip:10.0.0.9:5060',
        { address: 'sip:gw.carrier.cn', priority: draw.int(0, 3), weight: draw.int(1, 9) },
      ]),
    shows: () =>
      draw.fields({
        number: () => '01062345678',
        in: () => draw.one('both', 'from', 'pai'),
        account: () => 'line1',
        host: () => 'ims.carrier.cn',
      }),
    cps: () => draw.int(1, 50),
    watch: draw.yes,
    weight: () => draw.int(1, 9),
    lendsForHelp: draw.yes,
    reliable: draw.yes,
    refer: () => 'allow',
    earlyMedia: () => 'allow',
    register: () => registrationOf(draw),
  }),
});

const rulesOf = (draw: Draw): Said[] =>
  draw.some(['0|1X.', '9|.', 'NXXX']).map((match) => ({
    ...{ match, replace: draw.one('', '0', '+86') },
    ...draw.fields({ note: () => '手机', continue: draw.yes }),
  }));

const registrationOf = (draw: Draw): Said => ({
  ...{ registrar: draw.one('sip:ims.carrier.cn', 'sip:10.0.0.9:5080'), user: '01062345678' },
  password: 'secret',
  ...draw.fields({
    proxy: () => 'sip:10.0.0.8',
    account: () => 'line1@ims',
    realm: () => 'ims',
    expires: () => draw.int(60, 3600),
  }),
});

const skillsOf = (draw: Draw): Said =>
  draw.fields({ volvo: () => draw.int(1, 9), 英语: () => draw.int(1, 9), store1: () => 9 });

const queueOf = (id: string, ids: Ids, draw: Draw): Said => ({
  ...{ id, store: draw.from(ids.stores) },
  ...draw.fields({
    strategy: () => draw.from(STRATEGY_NAMES),
    ringSeconds: () => draw.int(3, 60),
    wrapUpSeconds: () => draw.int(0, 60),
    order: () => draw.least(ids.people),
    stepSeconds: () => draw.int(1, 20),
    wants: () => skillsOf(draw),
    widen: () =>
      draw.some([10, 20]).map((after) => ({ after, ...draw.maybe('wants', () => skillsOf(draw)) })),
    ownerSeconds: () => draw.int(0, 60),
    headStart: () =>
      draw.fields({ levelH: () => draw.int(0, 99), complaint: () => draw.int(0, 99) }),
    missesToPause: () => draw.int(0, 5),
    returnMinutes: () => draw.int(0, 20),
    announce: () =>
      draw.fields({
        firstSeconds: () => draw.int(0, 60),
        everySeconds: () => draw.int(0, 60),
        position: draw.yes,
        wait: draw.yes,
      }),
    hopelessMinutes: () => draw.int(0, 60),
    keep: () => 0,
    form: () => draw.one('required', 'optional', 'none'),
    afterTalk: () => draw.one('nothing', 'rating'),
  }),
});

const open = (draw: Draw): string =>
  draw.one('09:00-18:00', '9:00-12:00, 13:30-18:00', '00:00-24:00', '');

const hoursOf = (id: string, draw: Draw): Said => ({
  id,
  week: draw.fields({
    daily: () => open(draw),
    'mon-fri': () => open(draw),
    wed: () => open(draw),
    'sat-sun': () => open(draw),
  }),
  ...draw.fields({
    holidays: () => draw.some(['2026-10-01/2026-10-07', '2026-05-01', '2026-01-01/2026-01-01']),
    workdays: () =>
      draw.some(['2026-10-10', '2026-10-11']).map((day) => ({ day, open: open(draw) })),
  }),
});

const hotlineOf = (number: string, ids: Ids, draw: Draw): Said => ({
  ...{ number, store: draw.from(ids.stores), queue: draw.from(ids.queues) },
  ...draw.fields({
    language: () => draw.from(LANGUAGES),
    testCallMinutes: () => draw.int(1, 60),
    callback: () => draw.one('offer', 'none'),
    voiceMessage: () => draw.one('offer', 'none'),
    answerMode: () => draw.one('answer', 'early'),
    notice: () => draw.one('default', 'none'),
    ringBack: () => ({
      ...draw.fields({
        after: () => draw.some(PROMISE_REASONS),
        tries: () => draw.int(1, 5),
        againMinutes: () => draw.int(1, 60),
        dueMinutes: () => draw.int(1, 60),
        ringSeconds: () => draw.int(10, 60),
      }),
      ...(ids.hours.length > 0 ? draw.maybe('hours', () => draw.from(ids.hours)) : {}),
    }),
    menu: () =>
      draw.fields({
        sales: () => draw.from(ids.queues),
        afterSales: () => draw.from(ids.queues),
        complaint: () => draw.from(ids.queues),
        language: () => draw.from(LANGUAGES),
        seconds: () => draw.int(2, 30),
      }),
  }),
  ...(ids.hours.length > 0 ? draw.maybe('hours', () => draw.from(ids.hours)) : {}),
});

const personOf = (id: string, index: number, ids: Ids, draw: Draw): Said => {
  const store = draw.from(ids.stores);
  return {
    ...{ id, name: draw.one('王芳', 'Li Na'), store, password: 'change-me' },
    ...postsOf(ids, draw),
    ...draw.fields({
      department: () => `${store}-coc`,
      queues: () => draw.some(ids.queues),
      skills: () => skillsOf(draw),
      dial: () => draw.some(DIAL_CLASSES),
      extension: () => `${700 + index}`,
      pin: () => '2468',
    }),
  };
};

const postsOf = (ids: Ids, draw: Draw): Said =>
  draw.one<Said>(
    { post: draw.one('telemarketer', 'supervisor', 'hq', 'administrator') },
    { posts: [{ post: draw.one('telemarketer', 'hq') }] },
    {
      posts: [
        { post: 'supervisor', store: draw.from(ids.stores) },
        draw.one<Said>({ post: 'manager', entity: 'entity1' }, { post: 'group', group: 'north' }),
        { post: 'quality' },
      ],
    },
  );

const phoneOf = (id: string, index: number, ids: Ids, draw: Draw): Said => {
  const mode = draw.one('ring', 'auto-answer', 'nailed-up');
  const common = {
    id,
    ...draw.fields({
      person: () => draw.from(ids.people),
      profile: () => draw.from(PHONE_PROFILES),
    }),
    ...draw.maybe('mode', () => mode, mode !== 'ring'),
    ...(mode === 'nailed-up' ? {} : draw.maybe('autoReady', draw.yes)),
  };
  if (draw.yes())
    return {
      ...common,
      ...{ kind: 'register', password: 'secret' },
      ...draw.maybe('digest', () => draw.one('md5', 'both')),
    };
  const contact = `sip:a${index}@192.168.1.20:${5060 + index}`;
  return { ...common, kind: 'static', contact, ...draw.maybe('watch', draw.yes) };
};

const numbersOf = (draw: Draw): Said =>
  draw.fields({
    country: () => draw.one('CN', 'HK'),
    emergency: () => draw.least(['110', '119']),
    outsidePrefixes: () => draw.some(['9', '0']),
    switchboards: () => draw.some(['01082345678']),
    privacy: () => draw.some([{ from: '17000000000', to: '17000009999', until: '2026-12-31' }]),
    premium: () => draw.some(['0900']),
  });

const diallingOf = (draw: Draw): Said =>
  draw.fields({
    person: () =>
      draw.fields({ perMinute: () => draw.int(1, 9), spendPerDay: () => draw.int(0, 99) }),
    store: () => draw.fields({ perHour: () => draw.int(1, 99) }),
    tariff: () => draw.fields({ mobile: () => draw.int(0, 99), foreign: () => draw.int(0, 999) }),
    pauseMinutes: () => draw.int(1, 60),
  });

const formsOf = (draw: Draw): Said => {
  const choice = (id: string) => ({ id, zh: '网站', en: 'web site' });
  return draw.fields({
    sources: () => draw.least(['web', 'shop']).map(choice),
    dispositions: () =>
      draw.least(['deal', 'later']).map((id) => ({
        ...choice(id),
        ...draw.fields({ kind: () => draw.one('pre-sale', 'after-sale'), ends: draw.yes }),
      })),
  });
};

/** Whatever of it is said, no border is beyond the other, in the installation or in a store. */
const leadsOf = (draw: Draw): Said => {
  const level = (buysWithinDays: number) =>
    draw.fields({
      buysWithinDays: () => buysWithinDays,
      followUpDays: () => draw.int(1, 30),
      value: () => draw.int(1, 20),
    });
  const range = () => draw.fields({ from: () => draw.int(20, 30), below: () => draw.int(40, 60) });
  return draw.fields({
    levels: () =>
      draw.fields({
        H: () => level(5),
        A: () => level(14),
        B: () => level(40),
        C: () => level(99),
      }),
    firstFollowUpDays: () => draw.int(0, 2),
    temperature: () =>
      draw.fields({ hotMonths: () => draw.int(1, 4), warmMonths: () => draw.int(6, 18) }),
    teamKpi: () =>
      draw.fields({
        ...{ arrival: range, deal: range },
        structure: () => draw.fields({ from: () => draw.int(5, 20) }),
      }),
    callsADay: () => draw.fields({ above: () => draw.int(20, 45), most: () => draw.int(50, 90) }),
    trial: () => draw.fields({ salesSharePercent: () => draw.int(5, 20) }),
    rewards: () =>
      draw.fields({ since: () => draw.one('2026-03-01', '2026-12-31'), freeMonths: () => 2 }),
    forcedTransferMonths: () => draw.int(1, 6),
    newCustomersADay: () => draw.int(3, 8),
    handoverHour: () => draw.int(9, 24),
    confirmation: () =>
      draw.fields({
        levels: () => draw.one([], ['H'], ['H', 'A', 'B']),
        tries: () => draw.int(1, 5),
        ...{ retryHours: () => draw.int(1, 24), overDays: () => draw.int(0, 4) },
      }),
    distribution: () => draw.one('fewest-open', 'by-hand'),
    transfersAMonth: () => draw.int(0, 10),
    informationFee: () => draw.int(0, 50_000),
    rejectedRowsDays: () => draw.int(1, 365),
  });
};

const signInOf = (draw: Draw): Said =>
  draw.fields({
    secondFactor: () => draw.one('off', 'listeners', 'all'),
    acknowledge: draw.yes,
    idleMinutes: () => draw.int(5, 720),
  });
