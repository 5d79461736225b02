/** Decides what a plan may say of calls that we send through a trunk: where they go, and how we are shown. */
import type { PlanGateway, PlanRegistration, PlanShown, PlanTrunk } from '../plan';
import { isGateway, isHost } from './addresses';
import { password } from './passwords';
import {
  integer,
  listOf,
  matching,
  objectOf,
  oneOf,
  optional,
  optionally,
  satisfying,
  yesOrNo,
  type Field,
  type Fields,
} from './fields';

const address = satisfying(
  isGateway,
  '运营商网关的 SIP 地址，例如 sip:203.0.113.10:5060',
  "the SIP URI of a carrier's gateway such as sip:203.0.113.10:5060",
);

const GATEWAY: Fields<PlanGateway> = {
  address,
  priority: optional(integer(0, 65_535), 0),
  weight: optional(integer(1, 65_535), 1),
};

/** The address alone, or with its priority and weight. */
const gateway: Field<PlanGateway> = {
  read(raw) {
    const one = typeof raw === 'string' ? { address: raw } : raw;
    return objectOf(GATEWAY).read(one);
  },
};

const SHOWN: Fields<PlanShown> = {
  number: optionally(matching(/^\+?[\d*#]{1,32}$/, '号码', 'a number')),
  in: optionally(oneOf('both', 'from', 'pai')),
  account: optionally(matching(/^[A-Za-z0-9+*#._-]{1,64}$/, '账号', 'an account')),
  host: optionally(satisfying(isHost, '域名或地址', 'a host name or address')),
};

/** Null keeps the stored password. */
export type CheckedRegistration = Omit<PlanRegistration, 'ha1' | 'ha1Sha256'> & {
  password: string | null;
};
/** The trunk with its password still in the clear. */
export type CheckedTrunk = Omit<PlanTrunk, 'register'> & {
  register?: CheckedRegistration | undefined;
};

const account = matching(/^[^\s"\\:<>;]{1,64}$/, '账号', 'an account');
const DAY_SECONDS = 86_400;

type Written = Omit<CheckedRegistration, 'account' | 'realm'> & {
  account?: string | undefined;
  realm?: string | undefined;
};
const REGISTRATION: Fields<Written> = {
  registrar: address,
  proxy: optionally(address),
  user: matching(/^[A-Za-z0-9+*#._-]{1,64}$/, '账号的用户部分', 'the user of the account'),
  account: optionally(account),
  realm: optionally(matching(/^[^"\\\p{Cc}]{1,128}$/u, '运营商的 realm', "the carrier's realm")),
  expires: optional(integer(60, DAY_SECONDS), 300),
  password,
};

/** The name with the password is the user's, and the realm the domain, where nothing else is said. */
const registration: Field<CheckedRegistration> = {
  read(raw) {
    const reading = objectOf(REGISTRATION).read(raw);
    if ('fault' in reading) return reading;
    const { value } = reading;
    const domain = hostOf(value.registrar);
    return {
      value: { ...value, account: value.account ?? value.user, realm: value.realm ?? domain },
    };
  },
};

const hostOf = (uri: string): string => /^sips?:(\[[^\]]+\]|[^:;]+)/.exec(uri)?.[1] ?? '';

type Calls = Pick<
  CheckedTrunk,
  | 'to'
  | 'shows'
  | 'cps'
  | 'reservedForInbound'
  | 'watch'
  | 'weight'
  | 'lendsForHelp'
  | 'reliable'
  | 'refer'
  | 'earlyMedia'
  | 'register'
>;

/** What a trunk may say of calls through it; all of it may be left out. */
export const TRUNK_CALLS: Fields<Calls> = {
  to: optionally(listOf(gateway, 1)),
  shows: optionally(objectOf(SHOWN)),
  cps: optionally(integer(1, 1000)),
  reservedForInbound: optionally(integer(0, 100_000)),
  watch: optionally(yesOrNo),
  weight: optionally(integer(1, 65_535)),
  lendsForHelp: optionally(yesOrNo),
  reliable: optionally(yesOrNo),
  refer: optionally(oneOf('allow')),
  earlyMedia: optionally(oneOf('allow')),
  register: optionally(registration),
};
