import type { AgentId, PhoneId, QueueId, StoreId, TrunkId } from './ids';

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
}

export interface PlanStore {
  id: StoreId;
  name: string;
  /** IANA zone name; every day boundary of the store is taken in it. */
  timezone: string;
}

export interface PlanTrunk {
  id: TrunkId;
  /** Addresses a call of this trunk may come from: `address`, `address:port` or CIDR. */
  from: string[];
  /** Bought channels. Bounds what we send and raises alarms; never refuses an inbound call. */
  channels: number;
}

export type StrategyName = 'longest-idle';

export interface PlanQueue {
  id: QueueId;
  store: StoreId;
  strategy: StrategyName;
  /** How long one agent's phone rings before the offer counts as missed. */
  ringSeconds: number;
  /** Longest wrap-up after a talk; 0 means none. */
  wrapUpSeconds: number;
}

export interface PlanHotline {
  /** The dialled number as the trunk delivers it (user part of the Request-URI). */
  number: string;
  store: StoreId;
  queue: QueueId;
  /** Recording notice to the caller before the parties are joined (Q12); benches set `none`. */
  notice: 'default' | 'none';
}

/** Posts (岗位) known so far. Only the last three may hear recordings (A15). */
export type Post = 'telemarketer' | 'supervisor' | 'quality' | 'administrator';

export interface PlanPerson {
  id: AgentId;
  name: string;
  post: Post;
  store: StoreId;
  queues: QueueId[];
}

export type PlanPhone = PlanRegisterPhone | PlanStaticPhone;

interface PlanPhoneCommon {
  id: PhoneId;
  person: AgentId;
  /** Ready without a desktop: the person counts as ready from start and offers need no receipt. */
  autoReady: boolean;
  /** The phone picks up by itself, told to by the headers of this profile; missing: it rings. */
  autoAnswer?: PhoneProfile;
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
  /** False: it is not asked by OPTIONS and counts as reachable at all times. */
  watch: boolean;
}
