import { checkPlan } from '../../../src/domain/plan-check';
import type { StoredSecrets } from '../../../src/domain/plan-check/passwords';

const fresh: StoredSecrets = {
  realm: null,
  people: new Set(),
  phones: new Set(),
  accounts: new Set(),
};

type Plan = Record<string, Record<string, unknown>[]>;

/** The smallest plan with something in every section. */
function plan(): Plan {
  return {
    stores: [{ id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' }],
    trunks: [{ id: 'carrier', from: ['127.0.0.1'], channels: 60 }],
    queues: [{ id: 'sales', store: 'bj01' }],
    hotlines: [{ number: '400', store: 'bj01', queue: 'sales' }],
    people: [
      {
        id: 'wang',
        name: '王芳',
        post: 'telemarketer',
        store: 'bj01',
        password: 'x',
        queues: ['sales'],
      },
    ],
    phones: [
      { id: '8001', kind: 'register', person: 'wang', password: 'secret' },
      { id: '8002', kind: 'static', contact: 'sip:a02@127.0.0.1:5190', person: 'wang' },
    ],
  };
}

function problemsOf(document: unknown, stored = fresh): string[] {
  const check = checkPlan(document, stored);
  return check.ok ? [] : check.problems.map(({ at, code }) => `${at} ${code}`);
}

/** The plan with one thing changed. */
function changed(change: (plan: Plan) => void): Plan {
  const document = plan();
  change(document);
  return document;
}

test('fills in what was left out', () => {
  const check = checkPlan(plan(), fresh);
  expect(check).toMatchObject({
    ok: true,
    plan: {
      sip: { realm: 'openline' },
      queues: [{ strategy: 'longest-idle', ringSeconds: 20, wrapUpSeconds: 30 }],
      hotlines: [{ notice: 'default' }],
      people: [{ queues: ['sales'] }],
      phones: [
        { autoReady: false, digest: 'md5' },
        { autoReady: false, watch: false, mode: 'ring', profile: 'standard' },
      ],
    },
  });
});

test('text that no database can keep is told with each of its places', () => {
  const document = changed((all) => {
    all['stores']![0]!['name'] = 'a\0b';
    Object.assign(all, { sip: { realm: 'r\0' } });
    all['people']![0]!['skills'] = { 'x\ud800': 1 };
    all['trunks']![0]!['from'] = ['127.0.0.1', '\udc00'];
  });
  expect(problemsOf(document).filter((one) => one.endsWith('UNSTORABLE_TEXT'))).toEqual([
    ...['stores[0].name', 'trunks[0].from[1]', 'people[0].skills', 'sip.realm'].map(
      (at) => `${at} UNSTORABLE_TEXT`,
    ),
  ]);
  expect(problemsOf(changed((all) => (all['stores']![0]!['name'] = '🚗')))).toEqual([]);
});

test('sections may be missing', () => {
  expect(problemsOf({ stores: [] })).toEqual([]);
  expect(problemsOf({ stores: null, sip: null })).toEqual([]);
});

test.each([[null], [undefined], ['text'], [[]], [{}], [{ store: [] }]])(
  '%j is no plan, and never removes everything',
  (document) => {
    expect(problemsOf(document)).toEqual([' NOT_A_PLAN']);
  },
);

const trunkWith = (parts: object) => (plan: Plan) => Object.assign(plan['trunks']![0]!, parts);
const numbersAre = (numbers: unknown) => (plan: Plan) => (plan['numbers'] = numbers as never);

test('what a plan says of numbers is taken as it is, and is left out where it says nothing', () => {
  const numbering = {
    country: 'CN',
    area: '010',
    callerId: ['diversion', 'pai'],
    calledId: ['called-party', 'uri'],
    prefixes: ['12520'],
    numbers: ['62345678'],
    dials: 'national',
    localMobiles: ['1380013'],
    rewrite: {
      called: [{ match: '+86|.', replace: '0' }],
      in: [{ match: '0|1[3-9]X.', replace: '', note: 'mobile', continue: true }],
      out: [],
    },
    to: [
      { address: 'sip:192.0.2.10:5060;transport=tcp', priority: 1, weight: 3 },
      { address: 'sip:[2001:db8::1]', priority: 0, weight: 1 },
    ],
    cps: 10,
    reservedForInbound: 0,
    watch: false,
    weight: 3,
    lendsForHelp: true,
    refer: 'allow',
    earlyMedia: 'allow',
    shows: { number: '62345678', in: 'pai', account: 'line1', host: 'ims.carrier.cn' },
  };
  const numbers = {
    country: 'CN',
    emergency: ['110'],
    outsidePrefixes: ['9'],
    switchboards: ['01082345678'],
    privacy: [{ from: '17000000000', to: '17000009999', until: '2026-12-31' }],
    premium: ['0900'],
  };
  const said = checkPlan(
    changed((plan) => {
      trunkWith(numbering)(plan);
      numbersAre(numbers)(plan);
      Object.assign(plan['stores']![0]!, { emergency: ['999', '112'] });
    }),
    fresh,
  );
  expect(said).toMatchObject({ ok: true, plan: { trunks: [numbering], numbers } });
  expect(said).toMatchObject({ plan: { stores: [{ emergency: ['999', '112'] }] } });
  const silent = checkPlan(
    changed(() => undefined),
    fresh,
  );
  if (!silent.ok) throw new Error('refused');
  expect(Object.keys(silent.plan.trunks[0]!)).toEqual(['id', 'from', 'channels']);
  expect('numbers' in silent.plan).toBe(false);
});

test('where position decides, people are asked in the order of the file, unless the queue has one', () => {
  const asks = (queue: object) => {
    const check = checkPlan(
      changed((p) => {
        Object.assign(p['queues']![0]!, queue);
        p['people']!.push(
          { ...p['people']![0]!, id: 'anna' },
          { ...p['people']![0]!, id: 'zoe', queues: [] },
        );
      }),
      fresh,
    );
    if (!check.ok) throw new Error('refused');
    return check.plan.queues[0]!.order;
  };
  expect(asks({ strategy: 'top-down' })).toEqual(['wang', 'anna']);
  expect(asks({ strategy: 'round-robin', order: ['anna'] })).toEqual(['anna']);
  expect(asks({ strategy: 'random' })).toBeUndefined();
});

test.each<[string, (plan: Plan) => void, string]>([
  [
    'a skill without a level',
    (p) => (p['people']![0]!['skills'] = { volvo: 0 }),
    'people[0].skills.volvo WRONG_VALUE',
  ],
  [
    'a skill that is no word',
    (p) => (p['people']![0]!['skills'] = { 'a b': 1 }),
    'people[0].skills BAD_NAME',
  ],
  [
    'a step that wants nonsense',
    (p) => (p['queues']![0]!['widen'] = [{ after: 5 }, { after: 9, wants: { volvo: 'good' } }]),
    'queues[0].widen[1].wants.volvo WRONG_VALUE',
  ],
  [
    'a head start of nobody',
    (p) => (p['queues']![0]!['headStart'] = { levelA: 5 }),
    'queues[0].headStart.levelA UNKNOWN_KEY',
  ],
  [
    'a store without any number for help',
    (p) => (p['stores']![0]!['emergency'] = []),
    'stores[0].emergency MISSING',
  ],
  [
    'more agents kept than there are',
    (p) => (p['queues']![0]!['keep'] = 2),
    'queues[0].keep KEEPS_TOO_MANY',
  ],
  [
    'fewer than no agents for callers',
    (p) => (p['stores']![0]!['reservedForInbound'] = -1),
    'stores[0].reservedForInbound WRONG_VALUE',
  ],
  ['half an agent', (p) => (p['queues']![0]!['keep'] = 0.5), 'queues[0].keep WRONG_VALUE'],
  [
    'an unknown strategy',
    (p) => (p['queues']![0]!['strategy'] = 'any'),
    'queues[0].strategy WRONG_VALUE',
  ],
  [
    'an order with a stranger',
    (p) => (p['queues']![0]!['order'] = ['wang', 'nobody']),
    'queues[0].order[1] UNKNOWN_REFERENCE',
  ],
  ['an unknown section', (p) => (p['shops'] = []), 'shops UNKNOWN_KEY'],
  ['an unknown key', (p) => (p['stores']![0]!['zone'] = 'x'), 'stores[0].zone UNKNOWN_KEY'],
  ['a section that is no list', (p) => (p['trunks'] = {} as never), 'trunks NOT_A_LIST'],
  ['an item that is no object', (p) => p['trunks']!.push('x' as never), 'trunks[1] NOT_AN_OBJECT'],
  ['a missing field', (p) => delete p['stores']![0]!['name'], 'stores[0].name MISSING'],
  ['a number unquoted', (p) => (p['hotlines']![0]!['number'] = 400), 'hotlines[0].number QUOTE_IT'],
  [
    'a bad zone',
    (p) => (p['stores']![0]!['timezone'] = 'Asia/Peking2'),
    'stores[0].timezone WRONG_VALUE',
  ],
  ['no source', (p) => (p['trunks']![0]!['from'] = []), 'trunks[0].from MISSING'],
  [
    'a bad source',
    (p) => (p['trunks']![0]!['from'] = ['localhost']),
    'trunks[0].from[0] WRONG_VALUE',
  ],
  ['no channels', (p) => (p['trunks']![0]!['channels'] = 0), 'trunks[0].channels WRONG_VALUE'],
  ['an area that is none', trunkWith({ area: '011' }), 'trunks[0].area WRONG_VALUE'],
  ['a country that is none', trunkWith({ country: 'XX' }), 'trunks[0].country WRONG_VALUE'],
  [
    'a header that we do not read',
    trunkWith({ callerId: ['to'] }),
    'trunks[0].callerId[0] WRONG_VALUE',
  ],
  ['another way to dial', trunkWith({ dials: 'x' }), 'trunks[0].dials WRONG_VALUE'],
  [
    'a regular expression',
    trunkWith({
      rewrite: {
        in: [
          { match: '0.', replace: '' },
          { match: '(1+)+', replace: '' },
        ],
      },
    }),
    'trunks[0].rewrite.in[1].match WRONG_VALUE',
  ],
  [
    'a rule without replacement',
    trunkWith({ rewrite: { out: [{ match: '0.' }] } }),
    'trunks[0].rewrite.out[0].replace MISSING',
  ],
  [
    'a rule that is text',
    trunkWith({ rewrite: { out: ['0.'] } }),
    'trunks[0].rewrite.out[0] NOT_AN_OBJECT',
  ],
  [
    'an account without password',
    trunkWith({ register: { registrar: 'sip:ims.carrier.cn', user: 'x' } }),
    'trunks[0].register.password PASSWORD_NEEDED',
  ],
  [
    'an account that expires at once',
    trunkWith({
      register: { registrar: 'sip:ims.carrier.cn', user: 'x', password: 'p', expires: 5 },
    }),
    'trunks[0].register.expires WRONG_VALUE',
  ],
  ['no call at all', trunkWith({ cps: 0 }), 'trunks[0].cps WRONG_VALUE'],
  ['what REFER is not', trunkWith({ refer: 'deny' } as never), 'trunks[0].refer WRONG_VALUE'],
  ['no gateway', trunkWith({ to: [] }), 'trunks[0].to MISSING'],
  ['no share at all', trunkWith({ weight: 0 }), 'trunks[0].weight WRONG_VALUE'],
  [
    'a gateway that is a person',
    trunkWith({ to: ['sip:192.0.2.10', 'sip:x@192.0.2.10'] }),
    'trunks[0].to[1].address WRONG_VALUE',
  ],
  [
    'a gateway that never gets a call',
    trunkWith({ to: [{ address: 'sip:192.0.2.10', weight: 0 }] }),
    'trunks[0].to[0].weight WRONG_VALUE',
  ],
  [
    'a host with a port',
    trunkWith({ shows: { host: 'carrier:5060' } }),
    'trunks[0].shows.host WRONG_VALUE',
  ],
  ['an unknown direction', trunkWith({ rewrite: { up: [] } }), 'trunks[0].rewrite.up UNKNOWN_KEY'],
  ['numbers as a list', numbersAre([]), 'numbers NOT_AN_OBJECT'],
  ['no emergency number', numbersAre({ emergency: [] }), 'numbers.emergency MISSING'],
  [
    'a switchboard unquoted',
    numbersAre({ switchboards: [10] }),
    'numbers.switchboards[0] QUOTE_IT',
  ],
  [
    'a day that does not exist',
    numbersAre({ privacy: [{ from: '17000000000', to: '17000000009', until: '2026-02-31' }] }),
    'numbers.privacy[0].until WRONG_VALUE',
  ],
  [
    'a range from its end',
    numbersAre({ privacy: [{ from: '17000000009', to: '17000000000', until: '2026-02-28' }] }),
    'numbers.privacy[0].to EMPTY_RANGE',
  ],
  [
    'an unknown strategy',
    (p) => (p['queues']![0]!['strategy'] = 'x'),
    'queues[0].strategy WRONG_VALUE',
  ],
  [
    'ringing too long',
    (p) => (p['queues']![0]!['ringSeconds'] = 121),
    'queues[0].ringSeconds WRONG_VALUE',
  ],
  [
    'half a second',
    (p) => (p['queues']![0]!['wrapUpSeconds'] = 0.5),
    'queues[0].wrapUpSeconds WRONG_VALUE',
  ],
  [
    'A03: a sales consultant (销售顾问), to whom no hotline call may be offered',
    (p) => (p['people']![0]!['post'] = 'sales-consultant'),
    'people[0].post WRONG_VALUE',
  ],
  ['an unknown post', (p) => (p['people']![0]!['post'] = 'boss'), 'people[0].post WRONG_VALUE'],
  ['an empty name', (p) => (p['people']![0]!['name'] = ' '), 'people[0].name WRONG_VALUE'],
  ['an unknown kind', (p) => (p['phones']![0]!['kind'] = 'x'), 'phones[0].kind WRONG_VALUE'],
  ['a missing kind', (p) => delete p['phones']![0]!['kind'], 'phones[0].kind WRONG_VALUE'],
  ['a phone that is text', (p) => p['phones']!.push('x' as never), 'phones[2] NOT_AN_OBJECT'],
  ['a colon in an id', (p) => (p['phones']![0]!['id'] = 'a:b'), 'phones[0].id WRONG_VALUE'],
  ['Chinese in a phone id', (p) => (p['phones']![0]!['id'] = '话机'), 'phones[0].id WRONG_VALUE'],
  [
    'a bad contact',
    (p) => (p['phones']![1]!['contact'] = 'a02@127.0.0.1'),
    'phones[1].contact WRONG_VALUE',
  ],
  [
    'a contact of a registering phone',
    (p) => (p['phones']![0]!['contact'] = 'sip:a@b'),
    'phones[0].contact UNKNOWN_KEY',
  ],
  [
    'an unknown digest',
    (p) => (p['phones']![0]!['digest'] = 'sha'),
    'phones[0].digest WRONG_VALUE',
  ],
  [
    'a mode that there is not',
    (p) => (p['phones']![1]!['mode'] = 'glued-down'),
    'phones[1].mode WRONG_VALUE',
  ],
  [
    'a phone that is nailed up, of somebody without a desktop',
    (p) => Object.assign(p['phones']![1]!, { mode: 'nailed-up', autoReady: true }),
    'phones[1].mode NEEDS_A_DESK',
  ],
  [
    'an unknown profile',
    (p) => (p['phones']![0]!['profile'] = 'tin can'),
    'phones[0].profile WRONG_VALUE',
  ],
  [
    'autoReady in words',
    (p) => (p['phones']![1]!['autoReady'] = 'yes'),
    'phones[1].autoReady WRONG_VALUE',
  ],
  [
    'a notice of one’s own',
    (p) => (p['hotlines']![0]!['notice'] = 'long'),
    'hotlines[0].notice WRONG_VALUE',
  ],
  ['no password', (p) => delete p['people']![0]!['password'], 'people[0].password PASSWORD_NEEDED'],
  [
    'no phone password',
    (p) => delete p['phones']![0]!['password'],
    'phones[0].password PASSWORD_NEEDED',
  ],
  ['a store twice', (p) => p['stores']!.push({ id: 'bj01', name: 'x' }), 'stores[1].id DUPLICATE'],
  [
    'a hotline twice',
    (p) => p['hotlines']!.push({ ...p['hotlines']![0] }),
    'hotlines[1].number DUPLICATE',
  ],
  [
    'a source twice',
    (p) => (p['trunks']![0]!['from'] = ['10.0.0.1', '10.0.0.1']),
    'trunks[0].from[1] DUPLICATE',
  ],
  [
    'a contact twice',
    (p) => p['phones']!.push({ ...p['phones']![1], id: '8003' }),
    'phones[2].contact DUPLICATE',
  ],
])('says where %s is', (_what, change, expected) => {
  expect(problemsOf(changed(change))).toEqual([expected]);
});

test.each<[string, string, string]>([
  ['queues', 'store', 'queues[0].store'],
  ['hotlines', 'store', 'hotlines[0].store'],
  ['hotlines', 'queue', 'hotlines[0].queue'],
  ['people', 'store', 'people[0].store'],
  ['phones', 'person', 'phones[0].person'],
])('%s may not name an unknown %s', (section, key, at) => {
  const document = changed((p) => (p[section]![0]![key] = 'nowhere'));
  expect(problemsOf(document)).toEqual([`${at} UNKNOWN_REFERENCE`]);
});

test('how callers are called back is taken as it is said', () => {
  const ringBack = {
    ...{ after: ['asked', 'abandoned'], tries: 2, againMinutes: 10, dueMinutes: 60 },
    ...{ ringSeconds: 30, hours: 'calls' },
  };
  const document = changed((p) => {
    p['hours'] = [{ id: 'calls', week: { daily: '09:00-20:00' } }];
    p['hotlines']![0]!['ringBack'] = ringBack;
  });
  expect(checkPlan(document, fresh)).toMatchObject({
    ok: true,
    plan: { hotlines: [{ ringBack }] },
  });
});

test.each([
  [{ after: ['bored'] }, 'hotlines[0].ringBack.after[0] WRONG_VALUE'],
  [{ after: 'asked' }, 'hotlines[0].ringBack.after NOT_A_LIST'],
  [{ tries: 0 }, 'hotlines[0].ringBack.tries WRONG_VALUE'],
  [{ againMinutes: 1441 }, 'hotlines[0].ringBack.againMinutes WRONG_VALUE'],
  [{ dueMinutes: 0 }, 'hotlines[0].ringBack.dueMinutes WRONG_VALUE'],
  [{ ringSeconds: 61 }, 'hotlines[0].ringBack.ringSeconds WRONG_VALUE'],
  [{ hours: 'night' }, 'hotlines[0].ringBack.hours UNKNOWN_REFERENCE'],
  [{ minutes: 3 }, 'hotlines[0].ringBack.minutes UNKNOWN_KEY'],
])('nobody is called back by %j', (ringBack, problem) => {
  const document = changed((p) => (p['hotlines']![0]!['ringBack'] = ringBack));
  expect(problemsOf(document)).toEqual([problem]);
});

test('a reason that there is not is told with those that there are, in both languages', () => {
  const document = changed((p) => (p['hotlines']![0]!['ringBack'] = { after: ['left'] }));
  const check = checkPlan(document, fresh);
  expect(check.ok ? [] : check.problems).toMatchObject([
    {
      zh: '应为nobody-signed-in、hopeless、abandoned、closed、asked、over-capacity 之一。',
      en: 'Expected one of nobody-signed-in, hopeless, abandoned, closed, asked, over-capacity.',
    },
  ]);
});

test.each([
  ['early', []],
  ['answer', []],
  ['late', ['hotlines[0].answerMode WRONG_VALUE']],
])('a hotline may be answered %s', (answerMode, problems) => {
  const document = changed((p) => (p['hotlines']![0]!['answerMode'] = answerMode));
  expect(problemsOf(document)).toEqual(problems);
});

test('the keys of a menu may not lead to an unknown queue', () => {
  const menu = { sales: 'sales', complaint: 'nowhere', language: 'en' };
  const document = changed((p) => (p['hotlines']![0]!['menu'] = menu));
  expect(problemsOf(document)).toEqual(['hotlines[0].menu.complaint UNKNOWN_REFERENCE']);
});

test.each([
  [{ seconds: 1 }, 'hotlines[0].menu.seconds WRONG_VALUE'],
  [{ language: 'tlh' }, 'hotlines[0].menu.language WRONG_VALUE'],
  [{ service: 'sales' }, 'hotlines[0].menu.service UNKNOWN_KEY'],
])('a menu of %j is none', (menu, problem) => {
  const document = changed((p) => (p['hotlines']![0]!['menu'] = menu));
  expect(problemsOf(document)).toEqual([problem]);
});

test('a person may not wait in an unknown queue', () => {
  const document = changed((p) => (p['people']![0]!['queues'] = ['sales', 'service']));
  expect(problemsOf(document)).toEqual(['people[0].queues[1] UNKNOWN_REFERENCE']);
});

test('tells every problem at once, and does not blame references to a faulty object', () => {
  const document = changed((p) => {
    p['stores']![0]!['timezone'] = 'x';
    p['queues']![0]!['ringSeconds'] = -1;
    p['hotlines']![0]!['queue'] = 'nowhere';
  });
  expect(problemsOf(document)).toEqual([
    'stores[0].timezone WRONG_VALUE',
    'queues[0].ringSeconds WRONG_VALUE',
    'hotlines[0].queue UNKNOWN_REFERENCE',
  ]);
});

test('every problem is told in Chinese and English', () => {
  const check = checkPlan(
    changed((p) => delete p['stores']![0]!['name']),
    fresh,
  );
  expect(check).toEqual({
    ok: false,
    problems: [
      { at: 'stores[0].name', code: 'MISSING', zh: '缺少此项。', en: 'This is required.' },
    ],
  });
});

describe('stored passwords', () => {
  const stored: StoredSecrets = {
    realm: 'openline',
    people: new Set(['wang']),
    phones: new Set(['8001']),
    accounts: new Set<string>(),
  };
  const without = changed((p) => {
    delete p['people']![0]!['password'];
    delete p['phones']![0]!['password'];
  });

  test('need not be given again', () => {
    expect(problemsOf(without, stored)).toEqual([]);
  });

  test('of phones are lost with the realm, those of people are not', () => {
    expect(problemsOf({ ...without, sip: { realm: 'x' } }, stored)).toEqual([
      'phones[0].password PASSWORD_NEEDED',
    ]);
  });
});
