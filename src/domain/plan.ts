import type { AgentId, PhoneId, QueueId, StoreId, TrunkId } from './ids';
import type { PlanDepartment, PlanEntity, PlanGroup, PlanPost, Post } from './organisation';
import type { PlanLeads } from './plan-leads';
import type { PromiseReason } from './records';
import type { Language } from './spoken';

export { POSTS, type Post } from './organisation';
export type { PlanLeads } from './plan-leads';

/**
 * The plan is the dealership as data: what an administrator writes in `plan.yaml`, without its
 * passwords. It is read-only to the domain and replaced as a whole by `plan.applied`.
 */
export interface Plan {
  sip: { realm: string };
  stores: PlanStore[];
  trunks: PlanTrunk[];
  queues: PlanQueue[];
  hotlines: PlanHotline[];
  people: PlanPerson[];
  phones: PlanPhone[];
  /** Nothing said of them: a group that a store names is one whose name is its id. */
  groups?: PlanGroup[] | undefined;
  /** Legal entities (法人). */
  entities?: PlanEntity[] | undefined;
  departments?: PlanDepartment[] | undefined;
  /** When hotlines are open, by name. */
  hours?: PlanHours[] | undefined;
  /** Nothing said of them: those of mainland China. */
  numbers?: PlanNumbers | undefined;
  /** How much may be dialled; nothing said of it: the limits of dial/budget.ts. */
  dialling?: PlanDialling | undefined;
  /** What can be chosen in a form; nothing said of it: the lists of form/choices.ts. */
  forms?: PlanForms | undefined;
  /** Rules of leads; nothing said of them: those of lead/rules.ts. */
  leads?: PlanLeads | undefined;
  /** Nothing said of it: no second factor, and a session unused for two hours is over. */
  signIn?: PlanSignIn | undefined;
}

export interface PlanSignIn {
  /** Who signs in with a code beside his password; `listeners`: who may hear recordings. `off` when left out. */
  secondFactor?: 'off' | 'listeners' | 'all' | undefined;
  /** True: who has not acknowledged that calls are recorded and scored is not made ready; he is only told when left out. */
  acknowledge?: boolean | undefined;
  /** Unused for so long a session is over; 120 when left out. */
  idleMinutes?: number | undefined;
}

/** Lists of the form of a call, each instead of the one that is built in. */
export interface PlanForms {
  /** How customers come to the store (渠道). */
  sources?: FormChoice[] | undefined;
  /** What can come of a call. */
  dispositions?: FormChoice[] | undefined;
}

export interface FormChoice {
  id: string;
  zh: string;
  en: string;
  /** Of a disposition: only for calls of that kind. */
  kind?: 'pre-sale' | 'after-sale';
  /** Of a disposition: the matter is over, and nobody follows it up. */
  ends?: boolean;
}

/** Money in hundredths of the currency, as 分. */
export interface PlanDialling {
  person?: PlanDialLimit | undefined;
  store?: PlanDialLimit | undefined;
  /** Estimated price of a minute, by kind of number. */
  tariff?: Partial<Record<DialClass, number | undefined>> | undefined;
  /** How long nobody dials who dialled too often. */
  pauseMinutes?: number | undefined;
}

export interface PlanDialLimit {
  perMinute?: number | undefined;
  perHour?: number | undefined;
  spendPerDay?: number | undefined;
}

/** What the numbers of this country, and of this dealership, are. */
export interface PlanNumbers {
  /** ISO 3166, `CN` when it is left out. */
  country?: string | undefined;
  /** Instead of those of the country. */
  emergency?: string[] | undefined;
  /** What phones dial for an outside line; emergency numbers are such with and without it. */
  outsidePrefixes?: string[] | undefined;
  /** Numbers behind which many people sit; nobody is known by one. */
  switchboards?: string[] | undefined;
  /** Intermediate numbers (隐私号) of platforms. */
  privacy?: PrivacyRange[] | undefined;
  /** How premium numbers begin, besides those of the country; national form. */
  premium?: string[] | undefined;
}

export interface PrivacyRange {
  from: string;
  to: string;
  /** Last day, `2026-12-31`, until 24:00 in China. */
  until: string;
}

/** Minutes since midnight: from, and until (exclusive, at most 1440). */
export type Span = readonly [from: number, to: number];

/** Opening hours, in the zone of the store that uses them. */
export interface PlanHours {
  id: string;
  /** Seven days, Monday first; an empty one is closed. */
  week: readonly (readonly Span[])[];
  /** First and last day, `2026-10-01`; closed on each of them. */
  holidays?: { from: string; to: string }[] | undefined;
  /** Days on which it is open whatever the week and the holidays say (调休). */
  workdays?: { day: string; open: readonly Span[] }[] | undefined;
}

export interface PlanStore {
  id: StoreId;
  name: string;
  /** IANA zone name; every day boundary of the store is taken in it. */
  timezone: string;
  /** Its own trunks, the best first; of a store that names none all of the plan. */
  trunks?: TrunkId[] | undefined;
  /** The legal entity (法人) that it belongs to. */
  entity?: string | undefined;
  /**
   * Its group (集团); that of its legal entity when it is left out. Stores of one group lend one another trunks for
   * calls for help, and posts of the group hold in all of them; a store without one lends and borrows none.
   */
  group?: string | undefined;
  /** The number of ours that is shown to whom it calls; without it its first hotline. */
  shows?: string | undefined;
  /** Numbers for help where it stands, instead of those of the plan. */
  emergency?: string[] | undefined;
  /** When its hotlines are open that name no hours of their own; missing: always. */
  hours?: string | undefined;
  /** Agents at work whom campaigns never take (A11); 0 when left out. */
  reservedForInbound?: number | undefined;
  /** How long a caller stays parked before he is offered again; 90 when it is left out. */
  parkSeconds?: number | undefined;
  /** Who is mailed its alarms, beside whom the settings name. */
  alarmMail?: string[] | undefined;
  /** Texts (SMS) to its customers; missing: none are sent. */
  texts?: PlanTexts | undefined;
  /** Its own rules of leads, before those of the plan. */
  leads?: PlanLeads | undefined;
}

/** What customers are texted. A kind without a text is not sent; money in hundredths of the currency, as 分. */
export interface PlanTexts {
  /** To who was promised a call: `{store}`, `{hotline}`. */
  missedCall?: TextIn | undefined;
  appointment?: TextIn | undefined;
  /** Within these hours of the store nobody is texted; `21:00-09:00` when left out. */
  quiet?: string | undefined;
  /** One person has one text of a missed call in so many hours; 24 when left out. */
  everyHours?: number | undefined;
  /** Of one part; 6 when left out. */
  price?: number | undefined;
  /** Beyond it no text is sent that day; 6000 when left out. */
  spendPerDay?: number | undefined;
}

/** By language; one that is missing is that of the usual one. */
export interface TextIn {
  'zh-CN'?: string | undefined;
  en?: string | undefined;
}

export interface PlanTrunk {
  id: TrunkId;
  /** Addresses a call of this trunk may come from: `address`, `address:port` or CIDR. */
  from: string[];
  /** Bought channels. Bounds what we send and raises alarms; never refuses an inbound call. */
  channels: number;
  /** Country of its local and national numbers; that of the plan when it is left out. */
  country?: string | undefined;
  /** Its area code, `010`: local numbers are delivered and dialled without it. */
  area?: string | undefined;
  /** Which header says who is calling: the first of these that the INVITE has. */
  callerId?: CallerIdSource[] | undefined;
  /** Where the number stands that was called: the first of these that the INVITE has; the Request-URI when left out. */
  calledId?: CalledIdSource[] | undefined;
  /** What the carrier or a 400 platform puts before the caller's number. */
  prefixes?: string[] | undefined;
  /** Numbers of this trunk, besides hotlines. */
  numbers?: string[] | undefined;
  /** How numbers of its country are dialled through it; national when it is left out. */
  dials?: 'national' | 'e164' | undefined;
  /** How mobile numbers of its area begin. Where this is given, all others are dialled with a 0. */
  localMobiles?: string[] | undefined;
  /** What may be dialled through it; without it all but `premium`, `foreign` and `other`. */
  dial?: DialClass[] | undefined;
  rewrite?: PlanRewrite | undefined;
  /** The carrier's gateways, to which calls through it are sent; without any it only receives. */
  to?: PlanGateway[] | undefined;
  shows?: PlanShown | undefined;
  /** Calls of ours that it takes in one second; as many as there are when it is left out. */
  cps?: number | undefined;
  /** Channels that calls of ours leave to callers; half of them when it is left out. */
  reservedForInbound?: number | undefined;
  /** False: its gateways are not asked by OPTIONS, and count as alive. */
  watch?: boolean | undefined;
  /** Its share of the calls among its neighbours in the store's order that have a weight; without it its place stands. */
  weight?: number | undefined;
  /** True: calls for help of other stores of the group may go through it. */
  lendsForHelp?: boolean | undefined;
  /** True: its callers are told reliably that it rings, where they can be (RFC 3262); always where they demand it. */
  reliable?: boolean | undefined;
  /** Two of its legs that talk with each other may be joined by the carrier, which is asked by REFER; never when left out. */
  refer?: 'allow' | undefined;
  /**
   * What its callers hear before our answer (183 with our SDP) reaches them and costs them nothing, so that hotlines may
   * let them wait by it; never when left out.
   */
  earlyMedia?: 'allow' | undefined;
  /** Our account at the carrier: we register, and answer its challenges. */
  register?: PlanRegistration | undefined;
}

/** An account at a carrier. Its password is kept as HA1 (RFC 7616 §3.4.2), which is good for that realm alone. */
export interface PlanRegistration {
  /** SIP URI without user, to which REGISTER is sent; its host is the domain of the account. */
  registrar: string;
  /** Next hop when it is not the registrar's host. */
  proxy?: string | undefined;
  /** User of the account: From, To and Contact of REGISTER. */
  user: string;
  /** Name that goes with the password. */
  account: string;
  /** What the carrier's challenges say. */
  realm: string;
  /** Seconds for which we ask. */
  expires: number;
  ha1: string;
  ha1Sha256: string;
}

/** Those of one priority share the calls by their weights, the next priority is for when they fail (as RFC 2782). */
export interface PlanGateway {
  /** SIP URI without user: `sip:203.0.113.10:5060`. */
  address: string;
  /** 0 is asked first. */
  priority: number;
  /** Share of the calls among gateways of one priority. */
  weight: number;
}

/** How we are shown to the carrier of a trunk. */
export interface PlanShown {
  /** The number of ours, where a call does not bring another one. */
  number?: string | undefined;
  /** Which headers have it: From alone, or P-Asserted-Identity too; with `pai` From has the account. */
  in?: 'both' | 'from' | 'pai' | undefined;
  /** User of From with `pai`. */
  account?: string | undefined;
  /** Host of these headers, the domain that the carrier gave; our address when it is left out. */
  host?: string | undefined;
}

export type CallerIdSource = 'pai' | 'from' | 'diversion' | 'rpid';

/** `called-party`: P-Called-Party-ID, as an IMS has it (RFC 7315 §4.2). */
export type CalledIdSource = 'uri' | 'to' | 'called-party' | 'diversion';

/** Ordered rules: for callers' numbers and called numbers as they arrive, and for what is dialled through the trunk. */
export interface PlanRewrite {
  called?: RewriteRule[] | undefined;
  in?: RewriteRule[] | undefined;
  out?: RewriteRule[] | undefined;
}

export interface RewriteRule {
  /** Pattern of Asterisk; `|` ends what is replaced. */
  match: string;
  /** Stands instead of what was matched, up to `|`. */
  replace: string;
  note?: string | undefined;
  /** The rules after it see the result; else the first that matches is the last. */
  continue?: boolean | undefined;
}

export const STRATEGY_NAMES = [
  'longest-idle',
  'round-robin',
  'least-calls-today',
  'least-talk',
  'top-down',
  'random',
  'ring-all',
  'progressive',
] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

export interface PlanQueue {
  id: QueueId;
  store: StoreId;
  strategy: StrategyName;
  /** How long one agent's phone rings before the offer counts as missed. */
  ringSeconds: number;
  /** Longest wrap-up after a talk; 0 means none. */
  wrapUpSeconds: number;
  /** Its people in the order in which they are asked; whom it leaves out comes after them. */
  order?: AgentId[] | undefined;
  /** `progressive`: how long until one more phone rings; 10 when it is left out. */
  stepSeconds?: number | undefined;
  /**
   * What who takes its calls must be able to, at least at that level. The id of a store and the name of a post
   * are skills of who belongs there.
   */
  wants?: Skills | undefined;
  /** What is wanted instead after so many seconds of waiting. */
  widen?: { after: number; wants: Skills }[] | undefined;
  /** Seconds for which a caller waits for the owner of his lead, if that one is at work and busy; 0 when left out. */
  ownerSeconds?: number | undefined;
  /**
   * Seconds for which a caller of another language than the usual one is kept for who speaks it, while one of those takes
   * calls; the first of `widen`, else 30, when left out.
   */
  languageSeconds?: number | undefined;
  /** Seconds that these callers count as having waited longer; 60 and 120 when left out. */
  headStart?: { levelH?: number | undefined; complaint?: number | undefined } | undefined;
  /** Offers missed in a row with which an agent is set not ready; 2 when left out, 0: never. */
  missesToPause?: number | undefined;
  /**
   * Of its agents who serve other queues too, those take none while that would leave fewer than so many who are
   * free or have its callers; 0 when left out.
   */
  keep?: number | undefined;
  /** What its callers are asked when their agent has hung up; nothing when left out. */
  afterTalk?: 'nothing' | 'rating' | undefined;
  /** What its callers are told while they wait. */
  announce?: PlanAnnouncement | undefined;
  /**
   * Who would wait longer than so many minutes, even if all goes well, is not let in but promised a call; 60 when
   * left out, 0: never.
   */
  hopelessMinutes?: number | undefined;
  /** Who left and rings again within so many minutes has his old place; 10 when left out, 0: never. */
  returnMinutes?: number | undefined;
  /**
   * The form after its talks: `required` keeps an agent with a desktop from being ready until it is filled in;
   * `optional` only lists it. When left out `required`, or `optional` where there is no wrap-up.
   */
  form?: 'required' | 'optional' | 'none' | undefined;
}

/** Of a waiting caller's place and time. */
export interface PlanAnnouncement {
  /** Music before the first; 10 when left out. */
  firstSeconds?: number | undefined;
  /** From the end of one to the next; 60 when left out, 0: once. */
  everySeconds?: number | undefined;
  /** False: his place is not told. */
  position?: boolean | undefined;
  /** False: nothing is said of how long. */
  wait?: boolean | undefined;
}

/** Words that the dealership chooses (a brand, a language, a product), with levels from 1 to 9. */
export type Skills = Readonly<Record<string, number>>;

export interface PlanHotline {
  /** The called number as the trunk delivers it, by default as user of the Request-URI, after the trunk's rules. */
  number: string;
  store: StoreId;
  queue: QueueId;
  /** When it is open; missing: as its store. */
  hours?: string | undefined;
  /** In which its callers are spoken to; that of the installation when it is left out. */
  language?: Language | undefined;
  /** Minutes between calls by which we test it ourselves, 1..1440; missing: it is not tested. */
  testCallMinutes?: number | undefined;
  /** Whether who waits may press 1 and be called back in his place; `offer` when left out. */
  callback?: 'offer' | 'none' | undefined;
  /** Whether who is told that nobody is there may leave a message; `offer` when left out. */
  voiceMessage?: 'offer' | 'none' | undefined;
  /** How who was promised a call is called back; missing: as in promise/ring-back.ts. */
  ringBack?: PlanRingBack | undefined;
  /** What its callers are asked before they stand in a line; missing: nothing. */
  menu?: PlanMenu | undefined;
  /**
   * `early`: who waits hears us before our answer, up to 60 s after he came, where his trunk allows it; `answer` when
   * left out: he is answered to wait.
   */
  answerMode?: 'answer' | 'early' | undefined;
  /** Its callers are not texted, whatever the store says. */
  texts?: 'off' | undefined;
  /** Recording notice to the caller before the parties are joined (Q12); benches set `none`. */
  notice: 'default' | 'none';
}

/** Calling back who was promised it. */
export interface PlanRingBack {
  /** By itself after these reasons, all when left out; of others, and with an empty list of all, a person sees to it. */
  after?: PromiseReason[] | undefined;
  /** So often he is dialled before a person sees to it; 3 when left out. */
  tries?: number | undefined;
  /** From the end of one in vain to the next; 15 when left out. */
  againMinutes?: number | undefined;
  /** From his call, or from when it opens, until it is due; 30 when left out. */
  dueMinutes?: number | undefined;
  /** His phone rings for so long; 25 when left out. */
  ringSeconds?: number | undefined;
  /** Hours of the plan within which alone people are called, while it is open; missing: whenever it is open. */
  hours?: string | undefined;
}

/** Keys by which a caller says what he calls for. A menu keeps nobody: who presses nothing is a caller of sales. */
export interface PlanMenu {
  /** 1; that of the hotline when it is left out. */
  sales?: QueueId | undefined;
  /** 2; left out: it is not offered. */
  afterSales?: QueueId | undefined;
  /** 3, and he stands where who has an open complaint stands; left out: it is not offered. */
  complaint?: QueueId | undefined;
  /** 9: it goes on in that language. */
  language?: Language | undefined;
  /** How long it waits for a key once it is said; 5 when left out. */
  seconds?: number | undefined;
}

export interface PlanPerson {
  id: AgentId;
  name: string;
  /** His post, or the first of `posts`. */
  post: Post;
  /** Where he works: his calls, as an agent, are those of this store. */
  store: StoreId;
  /** What he holds when that is more than `post` in his home store. */
  posts?: readonly PlanPost[] | undefined;
  department?: string | undefined;
  queues: QueueId[];
  /** By which he signs in at a phone (`*11…`), with his PIN; digits, nobody else's. */
  extension?: string | undefined;
  skills?: Skills | undefined;
  /** What he may dial; without it the usual: all but `premium`, `foreign` and `other`. */
  dial?: DialClass[] | undefined;
}

/**
 * What is dialled, as far as permission and price are concerned. Colleagues and emergency numbers are none of
 * these: everybody may dial them.
 */
export const DIAL_CLASSES = ['mobile', 'fixed', 'service', 'premium', 'foreign', 'other'] as const;
export type DialClass = (typeof DIAL_CLASSES)[number];

export type PlanPhone = PlanRegisterPhone | PlanStaticPhone;

interface PlanPhoneCommon {
  id: PhoneId;
  /** Whose phone it is; without one it is a seat, at which anybody may sign in. */
  person?: AgentId | undefined;
  /** Ready without a desktop: the person counts as ready from start and offers need no receipt. */
  autoReady: boolean;
  /** The phone picks up by itself, told to by the headers of this profile; missing: it rings. */
  autoAnswer?: PhoneProfile;
  /** One leg stands as long as its person is signed in, and calls come over it; `autoAnswer` is for its INVITE. */
  nailedUp?: true;
}

/** Whose headers for picking up by itself a phone understands; `standard` is most makers'. */
export const PHONE_PROFILES = [
  'standard',
  'yealink',
  'grandstream',
  'snom',
  'polycom',
  'cisco',
  'baresip',
] as const;
export type PhoneProfile = (typeof PHONE_PROFILES)[number];

/** A phone that registers with digest authentication. */
export interface PlanRegisterPhone extends PlanPhoneCommon {
  kind: 'register';
  /** MD5(id:realm:password), the only form in which the password is kept, with the next. */
  ha1: string;
  /** SHA-256 of the same; missing until the password is given again in a plan of this version. */
  ha1Sha256?: string;
}

/** A phone at a fixed address that never registers. */
export interface PlanStaticPhone extends PlanPhoneCommon {
  kind: 'static';
  /** SIP URI, for example `sip:a02@127.0.0.1:5190`. */
  contact: string;
  /** It is asked by OPTIONS; else it counts as reachable at all times. */
  watch: boolean;
}
