/** Decides what a plan may say of calls that we send through a trunk: where they go, and how we are shown. */
import type { PlanGateway, PlanShown, PlanTrunk } from '../plan';
import { isGateway, isHost } from './addresses';
import {
  integer,
  listOf,
  matching,
  objectOf,
  oneOf,
  optional,
  optionally,
  satisfying,
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

/** What a trunk may say of calls through it; all of it may be left out. */
export const TRUNK_CALLS: Fields<Pick<PlanTrunk, 'to' | 'shows' | 'cps' | 'reservedForInbound'>> = {
  to: optionally(listOf(gateway, 1)),
  shows: optionally(objectOf(SHOWN)),
  cps: optionally(integer(1, 1000)),
  reservedForInbound: optionally(integer(0, 100_000)),
};
