/**
 * Decides whether a plan file can be the plan. Takes whatever was read from the file and gives either
 * a whole plan with its defaults filled in, or every fault of the file with its place. Must not know
 * how passwords are hashed or rows are stored.
 */
import {
  PHONE_PROFILES,
  type PhoneProfile,
  type Plan,
  type PlanHotline,
  type PlanQueue,
  type PlanRegisterPhone,
  type PlanStaticPhone,
  type PlanStore,
} from './plan';
import { LANGUAGES } from './spoken';
import { isContact, isSource } from './plan-check/addresses';
import { DIAL, DIALLING, STORE_CALLS } from './plan-check/dialling';
import { FAULTS, type PlanFault } from './plan-check/faults';
import {
  integer,
  isObject,
  listOf,
  matching,
  objectOf,
  oneOf,
  optional,
  optionally,
  readObject,
  satisfying,
  yesOrNo,
  type Fields,
  type Place,
} from './plan-check/fields';
import { FORMS } from './plan-check/forms';
import { HOURS } from './plan-check/hours';
import { EMERGENCY, NUMBERS, TRUNK_NUMBERS } from './plan-check/numbers';
import { LEADS, leadsAstray } from './plan-check/leads';
import { MENU, menusAstray } from './plan-check/menu';
import { id, name } from './plan-check/names';
import { DEPARTMENT, ENTITY, GROUP, groupsAstray } from './plan-check/organisation';
import { missingPasswords, password, type StoredSecrets } from './plan-check/passwords';
import { mixtures, postsAstray, readPerson, type CheckedPerson } from './plan-check/people';
import { QUEUE as QUEUE_RULES, unkeepable, withOrder } from './plan-check/queues';
import { TEXTS } from './plan-check/texts';
import { RING_BACK, ringBacksAstray } from './plan-check/ring-back';
import { danglingReferences, duplicates } from './plan-check/references';
import { SECTIONS } from './plan-check/sections';
import { SIGN_IN } from './plan-check/sign-in';
import { TRUNK_CALLS, type CheckedTrunk } from './plan-check/trunks';
import { unstorableTexts } from './plan-check/unstorable';

export type { CheckedPerson } from './plan-check/people';

/** Null keeps the stored password. */
type WithPassword = { password: string | null };
/** `profile` is that of `auto-answer`, and of the one INVITE of `nailed-up`; of a phone that rings it has no meaning. */
type WithMode = { mode: 'ring' | 'auto-answer' | 'nailed-up'; profile: PhoneProfile };
export type CheckedStaticPhone = Omit<PlanStaticPhone, 'autoAnswer' | 'nailedUp'> & WithMode;
export type CheckedRegisterPhone = Omit<
  PlanRegisterPhone,
  'ha1' | 'ha1Sha256' | 'autoAnswer' | 'nailedUp'
> &
  WithMode &
  WithPassword & {
    /** `both`: SHA-256 too. By default MD5 alone, because some phones give up on a challenge they do not know. */
    digest: 'both' | 'md5';
  };

/** The plan as it will be stored, passwords still in the clear. */
export interface CheckedPlan extends Omit<Plan, 'trunks' | 'people' | 'phones'> {
  trunks: CheckedTrunk[];
  people: CheckedPerson[];
  phones: (CheckedRegisterPhone | CheckedStaticPhone)[];
}

export type PlanCheck = { ok: true; plan: CheckedPlan } | { ok: false; problems: PlanFault[] };

const phoneId = matching(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  '1-64 个英文字母、数字、点、横线或下划线',
  '1-64 Latin letters, digits, dots, dashes or underscores',
);
const source = satisfying(isSource, '地址、地址:端口或 CIDR', 'an address, address:port or CIDR');
const contact = satisfying(
  isContact,
  'SIP 地址，例如 sip:a02@192.168.1.20:5060',
  'a SIP URI such as sip:a02@192.168.1.20:5060',
);
const timezone = satisfying(
  isTimezone,
  '时区名，例如 Asia/Shanghai',
  'a zone such as Asia/Shanghai',
);
const mailAddress = matching(
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i,
  '邮箱地址',
  'a mail address',
);
const realm = matching(
  /^[^\s"\\:]{1,64}$/u,
  '不含空格、引号和冒号的名称',
  'a name without blanks, quotes or colons',
);

const SIP: Fields<Plan['sip']> = { realm: optional(realm, 'openline') };
const STORE: Fields<PlanStore> = {
  id,
  name,
  timezone: optional(timezone, 'Asia/Shanghai'),
  entity: optionally(id),
  ...STORE_CALLS,
  emergency: EMERGENCY,
  hours: optionally(id),
  parkSeconds: optionally(integer(10, 3600)),
  alarmMail: optionally(listOf(mailAddress, 1)),
  texts: TEXTS,
  leads: optionally(objectOf(LEADS)),
  reservedForInbound: optionally(integer(0, 1000)),
};
const TRUNK: Fields<CheckedTrunk> = {
  id,
  from: listOf(source, 1),
  channels: integer(1, 100_000),
  ...TRUNK_NUMBERS,
  ...TRUNK_CALLS,
  dial: DIAL,
};
const QUEUE: Fields<PlanQueue> = {
  id,
  store: id,
  ...QUEUE_RULES,
};
const HOTLINE: Fields<PlanHotline> = {
  number: matching(/^\+?[\w*#.-]{1,32}$/, '被叫号码', 'a dialled number'),
  store: id,
  queue: id,
  hours: optionally(id),
  language: optionally(oneOf(...LANGUAGES)),
  testCallMinutes: optionally(integer(1, 1440)),
  callback: optionally(oneOf('offer', 'none')),
  voiceMessage: optionally(oneOf('offer', 'none')),
  ringBack: RING_BACK,
  menu: MENU,
  answerMode: optionally(oneOf('answer', 'early')),
  texts: optionally(oneOf('off')),
  notice: optional(oneOf('default', 'none'), 'default'),
};
const PHONE = {
  id: phoneId,
  person: optionally(id),
  autoReady: optional(yesOrNo, false),
  mode: optional(oneOf('ring', 'auto-answer', 'nailed-up'), 'ring'),
  profile: optional(oneOf(...PHONE_PROFILES), 'standard'),
};
const REGISTER: Fields<CheckedRegisterPhone> = {
  ...PHONE,
  kind: oneOf('register'),
  password,
  digest: optional(oneOf('md5', 'both'), 'md5'),
};
const STATIC: Fields<CheckedStaticPhone> = {
  ...PHONE,
  kind: oneOf('static'),
  contact,
  watch: optional(yesOrNo, false),
};
const PHONE_KIND = oneOf('register', 'static');

/** Checks a whole plan file. Reads everything before it answers, so that all faults come at once. */
export function checkPlan(document: unknown, stored: StoredSecrets): PlanCheck {
  if (!isObject(document) || !SECTIONS.some((section) => section in document)) {
    return { ok: false, problems: [{ at: '', ...FAULTS.notAPlan() }] };
  }
  const faults: PlanFault[] = [];
  for (const key of Object.keys(document)) {
    if (!SECTIONS.includes(key)) faults.push({ at: key, ...FAULTS.unknownKey(key, SECTIONS) });
  }
  const section = <T extends object>(key: string, fields: Fields<T>): T[] =>
    readSection(document[key], { at: key, faults }, (raw, place) => readObject(raw, fields, place));
  const plan: CheckedPlan = {
    sip: readObject(document['sip'] ?? {}, SIP, { at: 'sip', faults }) ?? { realm: '' },
    stores: section('stores', STORE),
    trunks: section('trunks', TRUNK),
    queues: section('queues', QUEUE),
    hotlines: section('hotlines', HOTLINE),
    people: readSection(document['people'], { at: 'people', faults }, readPerson),
    phones: readSection(document['phones'], { at: 'phones', faults }, readPhone),
  };
  const groups = section('groups', GROUP);
  if (groups.length > 0) plan.groups = groups;
  const entities = section('entities', ENTITY);
  if (entities.length > 0) plan.entities = entities;
  const departments = section('departments', DEPARTMENT);
  if (departments.length > 0) plan.departments = departments;
  const hours = section('hours', HOURS);
  if (hours.length > 0) plan.hours = hours;
  const numbers = readObject(document['numbers'] ?? {}, NUMBERS, { at: 'numbers', faults });
  if (numbers !== null && Object.keys(numbers).length > 0) plan.numbers = numbers;
  const dialling = readObject(document['dialling'] ?? {}, DIALLING, { at: 'dialling', faults });
  if (dialling !== null && Object.keys(dialling).length > 0) plan.dialling = dialling;
  const forms = readObject(document['forms'] ?? {}, FORMS, { at: 'forms', faults });
  if (forms !== null && Object.keys(forms).length > 0) plan.forms = forms;
  const leads = readObject(document['leads'] ?? {}, LEADS, { at: 'leads', faults });
  if (leads !== null && Object.keys(leads).length > 0) plan.leads = leads;
  const signIn = readObject(document['signIn'] ?? {}, SIGN_IN, { at: 'signIn', faults });
  if (signIn !== null && Object.keys(signIn).length > 0) plan.signIn = signIn;
  plan.queues = plan.queues.map((queue) => withOrder(queue, plan.people));
  faults.push(
    ...duplicates(document),
    ...danglingReferences(document),
    ...leadsAstray(document),
    ...menusAstray(document),
    ...ringBacksAstray(document),
    ...groupsAstray(document),
    ...postsAstray(document),
    ...mixtures(document),
    ...unstorableTexts(document),
  );
  // Only of objects that could be read: a fault in a phone must not hide behind its password.
  if (faults.length === 0)
    faults.push(...missingPasswords(plan, stored), ...unkeepable(plan.queues, plan.people));
  return faults.length === 0 ? { ok: true, plan } : { ok: false, problems: faults };
}

function readSection<T>(
  raw: unknown,
  { at, faults }: Place,
  read: (raw: unknown, place: Place) => T | null,
): T[] {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) {
    faults.push({ at, ...FAULTS.notAList() });
    return [];
  }
  return raw.flatMap((item, index) => read(item, { at: `${at}[${index}]`, faults }) ?? []);
}

function readPhone(raw: unknown, place: Place): CheckedRegisterPhone | CheckedStaticPhone | null {
  const kind = PHONE_KIND.read(isObject(raw) ? raw['kind'] : undefined);
  if ('fault' in kind && isObject(raw)) {
    place.faults.push({ at: `${place.at}.kind`, ...kind.fault });
    return null;
  }
  const isStatic = 'value' in kind && kind.value === 'static';
  const phone = isStatic ? readObject(raw, STATIC, place) : readObject(raw, REGISTER, place);
  if (phone?.autoReady && phone.mode === 'nailed-up')
    place.faults.push({ at: `${place.at}.mode`, ...FAULTS.nailedUpWithoutDesk() });
  return phone;
}

function isTimezone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
