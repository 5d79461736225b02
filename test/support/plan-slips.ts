/**
 * Good plans of any size, and slips that a person makes in one: what each does to a plan, and where the lint has to find
 * it. There is one for each thing that the lint knows.
 */
import type { Random } from '../simulation/random';

type Said = Record<string, unknown>;
/** A plan file in which each section is a list. */
export type Sections = Record<string, Said[]>;

const DAY = '09:00-18:00';

/** A plan of which nothing is to be said, with up to three stores. */
export function goodPlan(random: Random): Sections {
  const plan: Sections = {
    stores: [],
    queues: [],
    hotlines: [],
    people: [],
    phones: [],
    hours: [{ id: 'open', week: { 'mon-fri': DAY, sat: '10:00-16:00' } }],
    trunks: [
      {
        id: 'carrier',
        from: ['10.0.0.1'],
        channels: 30,
        to: ['sip:10.0.0.1'],
        reservedForInbound: 10,
      },
    ],
  };
  for (let n = 1; n <= 1 + random.below(3); n += 1) addStore(plan, `store${n}`, random);
  return plan;
}

function addStore(plan: Sections, store: string, random: Random): void {
  const number = `0106234567${plan['stores']?.length}`;
  plan['stores']?.push({
    ...{ id: store, name: store, shows: number },
    ...(random.chance(0.5) ? { hours: 'open' } : {}),
  });
  for (const what of ['sales', 'service']) {
    const queue = `${store}-${what}`;
    const wants = random.chance(0.5) ? { wants: { volvo: 2 } } : {};
    plan['queues']?.push({ id: queue, store, form: 'optional', ...wants });
    for (let n = 0; n <= random.below(3); n += 1) addPerson(plan, { store, queue }, random);
  }
  plan['hotlines']?.push({
    ...{ number, store, queue: `${store}-sales`, hours: 'open', ringBack: { hours: 'open' } },
    menu: { afterSales: `${store}-service`, language: 'en' },
  });
}

function addPerson(
  plan: Sections,
  { store, queue }: { store: string; queue: string },
  random: Random,
): void {
  const id = `p${plan['people']?.length}`;
  const post = random.chance(0.5) ? 'telemarketer' : 'telemarketer-inbound';
  plan['people']?.push({
    ...{ id, name: id, post, store, queues: [queue], skills: { volvo: 3 }, password: 'change-me' },
  });
  plan['phones']?.push({
    ...{ id: `phone-${id}`, kind: 'static', contact: `sip:${id}@192.168.1.9`, person: id },
  });
}

/** What somebody does to a plan by mistake; where it is to be found, or null where this plan has no room for it. */
export interface Slip {
  code: string;
  make: (plan: Sections, random: Random) => string | null;
}

const all = (plan: Sections, section: string): Said[] => plan[section] ?? [];

/** One of a section, and its place. */
function one(plan: Sections, section: string, random: Random): [Said, string] {
  const index = random.below(all(plan, section).length);
  return [all(plan, section)[index] ?? {}, `${section}[${index}]`];
}

const staff = (plan: Sections, queue: unknown): Said[] =>
  all(plan, 'people').filter(({ queues }) => (queues as unknown[]).includes(queue));

/** What is said of one of a section. */
const says =
  (section: string, said: Said, within = '') =>
  (plan: Sections, random: Random): string => {
    const [item, at] = one(plan, section, random);
    Object.assign(item, structuredClone(said));
    return at + within;
  };

export const SLIPS: readonly Slip[] = [
  {
    code: 'NO_TRUNK',
    make(plan) {
      plan['trunks'] = [];
      return 'hotlines';
    },
  },
  {
    code: 'HOTLINE_NOT_DELIVERED',
    make(plan, random) {
      const [{ number }, at] = one(plan, 'hotlines', random);
      Object.assign(all(plan, 'trunks')[0] ?? {}, {
        rewrite: { called: [{ match: `${String(number)}|!`, replace: '86' }] },
      });
      return `${at}.number`;
    },
  },
  { code: 'SHOWN_NUMBER_REFUSED', make: says('stores', { shows: '02188889999' }, '.shows') },
  {
    code: 'SHOWN_NUMBER_REFUSED',
    make: says('trunks', { shows: { number: '4009999' } }, '.shows.number'),
  },
  {
    code: 'PHONE_IS_HOTLINE',
    make(plan, random) {
      const [{ number }] = one(plan, 'hotlines', random);
      const [phone, at] = one(plan, 'phones', random);
      const user = random.chance(0.5) ? String(number) : String(number).replace(/^0/, '+86');
      phone['contact'] = `sip:${user}@10.0.0.1`;
      return `${at}.contact`;
    },
  },
  {
    code: 'EXTENSION_IS_HOTLINE',
    make(plan, random) {
      const [hotline] = one(plan, 'hotlines', random);
      hotline['number'] = '4001';
      const [person, at] = one(plan, 'people', random);
      person['extension'] = '4001';
      return `${at}.extension`;
    },
  },
  {
    code: 'MENU_TO_ITSELF',
    make(plan, random) {
      const [hotline, at] = one(plan, 'hotlines', random);
      hotline['menu'] = { afterSales: hotline['queue'] };
      return `${at}.menu`;
    },
  },
  {
    code: 'MENU_SAME_LANGUAGE',
    make: says('hotlines', { language: 'en' }, '.menu.language'),
  },
  {
    code: 'MENU_KEY_LEFT_OUT',
    make(plan, random) {
      all(plan, 'stores').push({ id: 'far', name: 'far' });
      all(plan, 'queues').push({ id: 'far-sales', store: 'far' });
      const [hotline, at] = one(plan, 'hotlines', random);
      hotline['menu'] = { complaint: 'far-sales' };
      return `${at}.menu.complaint`;
    },
  },
  {
    code: 'RING_BACK_NEVER',
    make(plan, random) {
      all(plan, 'hours').push({ id: 'night', week: { daily: '20:00-24:00', sun: DAY } });
      const [hotline, at] = one(plan, 'hotlines', random);
      hotline['ringBack'] = { hours: 'night' };
      return `${at}.ringBack.hours`;
    },
  },
  {
    code: 'RING_BACK_WITHOUT_TRUNK',
    make(plan, random) {
      delete all(plan, 'trunks')[0]?.['to'];
      return `${one(plan, 'hotlines', random)[1]}.ringBack`;
    },
  },
  {
    code: 'NEVER_OPEN',
    make(plan) {
      Object.assign(all(plan, 'hours')[0] ?? {}, { week: { mon: '' } });
      return 'hours[0].week';
    },
  },
  {
    code: 'HOURS_UNUSED',
    make(plan) {
      all(plan, 'hours').push({ id: 'summer', week: { daily: DAY } });
      return 'hours[1]';
    },
  },
  {
    code: 'HOURS_HOLE',
    make(plan, random) {
      const day = random.chance(0.5) ? 'wed' : 'thu';
      Object.assign(all(plan, 'hours')[0] ?? {}, { week: { 'mon-fri': DAY, [day]: '' } });
      return 'hours[0].week';
    },
  },
  {
    code: 'HOTLINE_BEYOND_STORE',
    make(plan, random) {
      all(plan, 'hours').push({ id: 'short', week: { 'mon-fri': '10:00-12:00, 12:00-16:00' } });
      const [hotline, at] = one(plan, 'hotlines', random);
      const store = all(plan, 'stores').find(({ id }) => id === hotline['store']);
      Object.assign(store ?? {}, { hours: 'short' });
      return `${at}.hours`;
    },
  },
  {
    code: 'QUEUE_WITHOUT_PEOPLE',
    make(plan, random) {
      const [hotline, at] = one(plan, 'hotlines', random);
      for (const person of staff(plan, hotline['queue'])) person['queues'] = [];
      return `${at}.queue`;
    },
  },
  {
    code: 'QUEUE_WITHOUT_PEOPLE',
    make(plan, random) {
      const [hotline, at] = one(plan, 'hotlines', random);
      const { afterSales } = hotline['menu'] as Said;
      for (const person of staff(plan, afterSales)) person['queues'] = [];
      return `${at}.menu.afterSales`;
    },
  },
  {
    code: 'QUEUE_UNUSED',
    make(plan, random) {
      const [{ store }] = one(plan, 'hotlines', random);
      all(plan, 'queues').push({ id: 'forgotten', store });
      return `queues[${all(plan, 'queues').length - 1}]`;
    },
  },
  {
    code: 'NOBODY_CAN',
    make: says(
      'queues',
      { wants: { zeekr: 1 }, widen: [{ after: 30, wants: { volvo: 9 } }] },
      '.wants',
    ),
  },
  {
    code: 'NOBODY_CAN_YET',
    make: says('queues', { wants: { zeekr: 1 }, widen: [{ after: 30, wants: {} }] }, '.wants'),
  },
  {
    code: 'AGENT_WITHOUT_SKILL',
    make(plan, random) {
      const [queue] = one(plan, 'queues', random);
      queue['wants'] = { volvo: 2 };
      const { id, store } = queue;
      all(plan, 'people').push({
        ...{ id: 'new', name: 'new', post: 'telemarketer', store, queues: [id], password: 'x' },
      });
      all(plan, 'phones').push({
        id: 'new',
        kind: 'static',
        contact: 'sip:n@192.168.1.9',
        person: 'new',
      });
      return `people[${all(plan, 'people').length - 1}].skills`;
    },
  },
  {
    code: 'ONLY_OUTBOUND',
    make(plan, random) {
      const [hotline, at] = one(plan, 'hotlines', random);
      for (const person of staff(plan, hotline['queue']))
        person['post'] = random.chance(0.5) ? 'telemarketer-outbound' : 'callback';
      return `${at}.queue`;
    },
  },
  {
    code: 'QUEUE_WITHOUT_PHONES',
    make(plan, random) {
      const [hotline, at] = one(plan, 'hotlines', random);
      const theirs = new Set(staff(plan, hotline['queue']).map(({ id }) => id));
      plan['phones'] = all(plan, 'phones').filter(({ person }) => !theirs.has(person));
      return `${at}.queue`;
    },
  },
  {
    code: 'PERSON_WITHOUT_PHONE',
    make(plan, random) {
      const [colleague] = one(plan, 'people', random);
      all(plan, 'people').push({ ...colleague, id: 'new' });
      return `people[${all(plan, 'people').length - 1}]`;
    },
  },
  {
    code: 'PHONE_OF_NOBODY',
    make(plan, random) {
      const [, at] = one(plan, 'phones', random);
      all(plan, 'phones').push({ id: 'lobby', kind: 'static', contact: 'sip:lobby@192.168.1.9' });
      return at === '' ? null : `phones[${all(plan, 'phones').length - 1}]`;
    },
  },
  {
    code: 'NOTHING_PROMISED',
    make: says('hotlines', { callback: 'none', voiceMessage: 'none', ringBack: { after: [] } }),
  },
  {
    code: 'AUTO_READY_FORM',
    make(plan, random) {
      const [phone, at] = one(plan, 'phones', random);
      phone['autoReady'] = true;
      for (const queue of all(plan, 'queues')) queue['form'] = 'required';
      return `${at}.autoReady`;
    },
  },
  {
    code: 'ADMINISTRATOR_OF_PART',
    make(plan) {
      const [, second] = all(plan, 'stores');
      if (second === undefined) return null;
      const said = { id: 'zhao', name: 'zhao', post: 'administrator', store: second['id'] };
      all(plan, 'people').push({ ...said, password: 'change-me' });
      return `people[${all(plan, 'people').length - 1}]`;
    },
  },
  {
    code: 'AUTO_READY_UNASKED',
    make(plan, random) {
      const [phone, at] = one(plan, 'phones', random);
      phone['autoReady'] = true;
      Object.assign(plan, { signIn: { acknowledge: true } });
      return `${at}.autoReady`;
    },
  },
  {
    code: 'STORE_WITHOUT_HOTLINE',
    make(plan) {
      all(plan, 'stores').push({ id: 'new', name: 'new' });
      return `stores[${all(plan, 'stores').length - 1}]`;
    },
  },
  {
    code: 'QUEUE_OF_OTHER_STORE',
    make(plan, random) {
      const [hotline, at] = one(plan, 'hotlines', random);
      const other = all(plan, 'queues').find(({ store }) => store !== hotline['store']);
      if (other === undefined) return null;
      hotline['queue'] = other['id'];
      return `${at}.queue`;
    },
  },
  {
    code: 'EARLY_NOWHERE',
    make: says('hotlines', { answerMode: 'early' }, '.answerMode'),
  },
  {
    code: 'EARLY_WITH_MENU',
    make(plan, random) {
      Object.assign(all(plan, 'trunks')[0] ?? {}, { earlyMedia: 'allow' });
      return says('hotlines', { answerMode: 'early' }, '.answerMode')(plan, random);
    },
  },
  {
    code: 'TRUNK_ALL_RESERVED',
    make: says('trunks', { reservedForInbound: 30 }, '.reservedForInbound'),
  },
  {
    code: 'STORE_ALL_RESERVED',
    make: says('stores', { reservedForInbound: 40 }, '.reservedForInbound'),
  },
];
