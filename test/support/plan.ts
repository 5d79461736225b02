import type {
  CallerIdSource,
  DialClass,
  PhoneProfile,
  PlanDialling,
  Post,
  RewriteRule,
  Skills,
  StrategyName,
} from '../../src/domain/plan';

/**
 * Plans for tests, as a plan file says them. Each starts from the plan of the README: one store, one
 * queue, the hotline 400, a trunk of this machine.
 */
export interface TestPlan {
  sip: { realm: string };
  numbers?: {
    switchboards?: string[];
    privacy?: { from: string; to: string; until: string }[];
    outsidePrefixes?: string[];
  };
  stores: {
    id: string;
    name: string;
    timezone: string;
    parkSeconds?: number;
    shows?: string;
    trunks?: string[];
    emergency?: string[];
    group?: string;
    reservedForInbound?: number;
  }[];
  dialling?: PlanDialling;
  hours?: {
    id: string;
    week: Record<string, string>;
    holidays?: string[];
    workdays?: { day: string; open: string }[];
  }[];
  trunks: {
    id: string;
    from: string[];
    channels: number;
    to?: (string | { address: string; priority?: number; weight?: number })[];
    dial?: DialClass[];
    weight?: number;
    numbers?: string[];
    watch?: boolean;
    earlyMedia?: 'allow';
    area?: string;
    localMobiles?: string[];
    callerId?: CallerIdSource[];
    prefixes?: string[];
    cps?: number;
    reservedForInbound?: number;
    lendsForHelp?: boolean;
    rewrite?: Partial<Record<'called' | 'in' | 'out', RewriteRule[]>>;
    register?: { registrar: string; user: string; password: string; [more: string]: unknown };
  }[];
  queues: {
    id: string;
    store: string;
    strategy: StrategyName;
    ringSeconds: number;
    wrapUpSeconds: number;
    keep?: number;
    announce?: { firstSeconds?: number; everySeconds?: number };
    missesToPause?: number;
    order?: string[];
    stepSeconds?: number;
    ownerSeconds?: number;
    returnMinutes?: number;
    hopelessMinutes?: number;
    wants?: Skills;
    widen?: { after: number; wants: Skills }[];
    afterTalk?: 'rating';
  }[];
  hotlines: {
    number: string;
    store: string;
    queue: string;
    notice?: 'default' | 'none';
    voiceMessage?: 'none';
    answerMode?: 'early';
    hours?: string;
    testCallMinutes?: number;
    ringBack?: { after?: string[]; tries?: number; againMinutes?: number };
    menu?: { afterSales?: string; complaint?: string; language?: string; seconds?: number };
  }[];
  people: {
    id: string;
    name: string;
    /** One at home; or `posts`. */
    post?: Post | undefined;
    posts?: { post: Post; store?: string }[];
    store: string;
    /** Left out: as it is stored. */
    password?: string;
    queues?: string[];
    skills?: Skills;
    dial?: DialClass[];
    extension?: string;
    pin?: string;
  }[];
  phones: (
    | {
        id: string;
        kind: 'register';
        /** Without one it is a seat. */
        person?: string;
        password: string;
        digest?: 'both' | 'md5';
        autoReady?: boolean;
        mode?: 'ring' | 'auto-answer' | 'nailed-up';
        profile?: PhoneProfile;
      }
    | {
        id: string;
        kind: 'static';
        contact: string;
        /** Without one it is a seat. */
        person?: string;
        autoReady?: boolean;
        watch?: boolean;
        mode?: 'ring' | 'auto-answer' | 'nailed-up';
      }
  )[];
}

export const PASSWORD = 'change-me';

/** The plan of the README, with no telemarketers yet; calls from 127.0.0.1 are the carrier's. */
export function emptyPlan(): TestPlan {
  return {
    sip: { realm: 'openline' },
    stores: [{ id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' }],
    trunks: [{ id: 'carrier', from: ['127.0.0.1'], channels: 60 }],
    queues: [
      { id: 'sales', store: 'bj01', strategy: 'longest-idle', ringSeconds: 20, wrapUpSeconds: 0 },
    ],
    hotlines: [{ number: '400', store: 'bj01', queue: 'sales' }],
    people: [
      { id: 'chen', name: '陈静', post: 'supervisor', store: 'bj01', password: PASSWORD },
      { id: 'zhao', name: '赵敏', post: 'administrator', store: 'bj01', password: PASSWORD },
    ],
    phones: [],
  };
}

/** A telemarketer whose phone registers with digest; signs in from a desktop. */
export function withRegisteredAgent(
  plan: TestPlan,
  { person = 'wang', name = '王芳', phone = '8001', password = 'secret' } = {},
): TestPlan {
  return {
    ...plan,
    people: [...plan.people, telemarketer(person, name)],
    // The phones at hand, baresip 1.0 and sipp, give up on a challenge that is not MD5.
    phones: [...plan.phones, { id: phone, kind: 'register', person, password, digest: 'md5' }],
  };
}

/** `count` telemarketers behind one SIP address, ready from the start without a desktop. */
export function withStaticAgents(
  plan: TestPlan,
  count: number,
  phoneAt: { host: string; port: number },
): TestPlan {
  const ids = Array.from({ length: count }, (_, index) => String(index + 1).padStart(3, '0'));
  return {
    ...plan,
    people: [...plan.people, ...ids.map((id) => telemarketer(`t${id}`, `坐席${id}`))],
    phones: [
      ...plan.phones,
      ...ids.map((id) => ({
        id: `9${id}`,
        kind: 'static' as const,
        contact: `sip:a${id}@${phoneAt.host}:${phoneAt.port}`,
        person: `t${id}`,
        autoReady: true,
        // They say what a test tells them, and sipp takes an OPTIONS for a call.
        watch: false,
      })),
    ],
  };
}

/** The person, a queue for him and its hotline 500 are of another store; administrators are so in both. */
export function withSecondStore(plan: TestPlan, person: string): TestPlan {
  const [sales] = plan.queues;
  const [hotline] = plan.hotlines;
  if (!sales || !hotline) throw new Error('the plan has no queue');
  const store = 'sh01';
  return {
    ...plan,
    stores: [...plan.stores, { id: store, name: '上海一店', timezone: 'Asia/Shanghai' }],
    queues: [...plan.queues, { ...sales, id: 'sh-sales', store }],
    hotlines: [...plan.hotlines, { ...hotline, number: '500', store, queue: 'sh-sales' }],
    people: plan.people.map((one) => {
      if (one.id === person) return { ...one, store, queues: ['sh-sales'] };
      const posts = [{ post: 'administrator' as const }, { post: 'administrator' as const, store }];
      return one.post === 'administrator' ? { ...one, post: undefined, posts } : one;
    }),
  };
}

/** The hotline joins the parties without the recording notice, as the compared systems do. */
export function withoutNotice(plan: TestPlan): TestPlan {
  return { ...plan, hotlines: plan.hotlines.map((one) => ({ ...one, notice: 'none' })) };
}

/** Who rang in vain is rung back by nobody: the next call of a gateway or phone is the story's own. */
export function withoutCallBacks(plan: TestPlan): TestPlan {
  return { ...plan, hotlines: plan.hotlines.map((one) => ({ ...one, ringBack: { after: [] } })) };
}

function telemarketer(id: string, name: string): TestPlan['people'][number] {
  const post = 'telemarketer';
  return { id, name, post, store: 'bj01', password: PASSWORD, queues: ['sales'] };
}
