/**
 * A lead (线索): one wish of a customer to buy, at one store. Decides in which states it may be, which change of state
 * needs a reason (A33), and by which ways it comes to whom (A31).
 */
import type { CalendarDay } from '../customer/customer';
import type { ErrorCode } from '../errors';
import type { CustomerId, LeadId, StoreId } from '../ids';
import type { LeadLevel } from '../queue/place';
import type { Instant } from '../time';
import type { Confirmation } from './confirmation';
import type { Prospect } from './prospect';

/**
 * `open`; `arrived` 到店; `won` 成交; `defeated` 战败: he bought elsewhere or gave up; `lost-control` 失控: he cannot be
 * reached any more; `invalid` 无效; `archived` 归档: junk or without intent (Q02, A23, A27).
 */
export const LEAD_STATES = [
  ...(['open', 'arrived', 'won', 'defeated', 'lost-control', 'invalid', 'archived'] as const),
] as const;
export type LeadState = (typeof LEAD_STATES)[number];

/** Those that somebody just says; of an arrival, a deal and an invalid lead more is to be written down than the state. */
export const STATES_SAID = ['open', 'defeated', 'lost-control', 'archived'] as const;

/** In these somebody works on it. */
export const isWorked = (state: LeadState): boolean => state === 'open' || state === 'arrived';

/** 失败: no deal came of it, and it is to be said why (A33). */
export const isFailure = (state: LeadState): boolean =>
  state === 'defeated' || state === 'lost-control';

export const LEAD_VALIDITIES = ['unchecked', 'valid', 'invalid'] as const;
export type LeadValidity = (typeof LEAD_VALIDITIES)[number];

/** Those that somebody just says: the data of an invalid lead are deleted (A23). */
export const VALIDITIES_SAID = ['unchecked', 'valid'] as const;

/** Who works it: the Customer Operation Centre or the showroom (展厅). */
export const LEAD_PLACES = ['centre', 'showroom'] as const;
export type LeadPlace = (typeof LEAD_PLACES)[number];

/** Why it is his again from whom it was taken: what was done has been taken back. */
export const UNDONE = 'undone';

/**
 * By which way a lead came to its owner (A31): `opened` with him; `own`, who took it; `distributed` by the rules (Q15);
 * `forced` 强制转入 (A32, A33); `evening-meeting` 夕会 (A34); `handover`, from a colleague to another (A37).
 */
export const OWNER_WAYS = [
  ...(['opened', 'own', 'distributed', 'forced', 'evening-meeting', 'handover'] as const),
] as const;
export type OwnerWay = (typeof OWNER_WAYS)[number];

/** What people say of a lead, and may correct; null: not known (N42). */
export interface LeadFields {
  customerType: string | null;
  /** 渠道 */
  channel: string | null;
  /** 目前车辆的品牌和型号 */
  presentCar: string | null;
  /** 感兴趣的车辆系列 and 型号 */
  interestSeries: string | null;
  interestModel: string | null;
  /** 意向购买日期 */
  intendedOn: CalendarDay | null;
  /** 联系结果 and 下次联系的计划 */
  contactResult: string | null;
  nextPlan: string | null;
  nextDueAt: Instant | null;
  level: LeadLevel | null;
  validity: LeadValidity;
}

export const NOTHING_SAID: LeadFields = {
  ...{ customerType: null, channel: null, presentCar: null, interestSeries: null },
  ...{ interestModel: null, intendedOn: null, contactResult: null, nextPlan: null },
  ...{ nextDueAt: null, level: null, validity: 'unchecked' },
};

export interface Lead extends LeadFields {
  id: LeadId;
  /** Null for a moment only: a call has just opened it. */
  customerId: CustomerId | null;
  storeId: StoreId;
  /** Null: nobody has said. */
  prospect: Prospect | null;
  confirmation: Confirmation;
  /** By which he came, as it is its key; `''` when withheld. */
  number: string;
  name: string;
  /** Whose lead it is (客户归属); null: nobody's yet, the store's own. */
  ownerId: string | null;
  source: string;
  version: number;
  state: LeadState;
  place: LeadPlace;
  /** Why it ended as it did. */
  endReason: string | null;
  /** What the newest form of its calls says. */
  kind: 'pre-sale' | 'after-sale' | null;
  openedAt: Instant;
  openedByCall: string | null;
  lastContactAt: Instant | null;
  arrivedAt: Instant | null;
  /** Null while somebody works on it. */
  closedAt: Instant | null;
  changedAt: Instant;
}

/** Who owned it from when until when; `untilAt` null: he owns it now. */
export interface LeadOwning {
  id: string;
  leadId: LeadId;
  ownerId: string | null;
  way: OwnerWay;
  /** Who gave it to him; `''`: a rule, or the call that opened it. */
  byId: string;
  reason: string;
  fromAt: Instant;
  untilAt: Instant | null;
}

/** What becomes of a lead when its state is said. */
export interface StateChange {
  state: LeadState;
  endReason: string | null;
  arrivedAt: Instant | null;
  closedAt: Instant | null;
  place: LeadPlace;
}

/**
 * The state that is asked for; a code when it is refused. Defeated and lost-control want a reason, and come to the centre
 * (A33). The same state said again, with another reason, corrects the reason.
 */
export function changedState(
  lead: Pick<Lead, 'arrivedAt' | 'closedAt' | 'place' | 'state'>,
  asked: { state: LeadState; reason: string | null },
  now: Instant,
): StateChange | Extract<ErrorCode, 'LEAD_NEEDS_REASON'> {
  const { state } = asked;
  const reason = asked.reason?.trim() ?? '';
  if (isFailure(state) && reason === '') return 'LEAD_NEEDS_REASON';
  const isOver = !isWorked(state);
  return {
    state,
    endReason: isOver && reason !== '' ? reason : null,
    arrivedAt: state === 'arrived' ? (lead.arrivedAt ?? now) : lead.arrivedAt,
    closedAt: isOver ? (isWorked(lead.state) ? now : (lead.closedAt ?? now)) : null,
    place: isFailure(state) ? 'centre' : lead.place,
  };
}
