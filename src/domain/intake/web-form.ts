/** A form of a web site by which visitors leave their leads (网络注册): whose leads it hands in, and how many. */
import type { StoreId } from '../ids';
import type { Instant } from '../time';
import type { LeadSource } from './words';

export interface WebFormSettings {
  name: string;
  /** Whose leads it may hand in; the first is meant where a lead names none. */
  stores: readonly StoreId[];
  /** Of leads that name none: a channel (渠道) of the plan; null: none. */
  channel: string | null;
  /** Information source (信息来源, X04) of its leads. */
  source: LeadSource;
  /** So many leads a minute at most. */
  perMinute: number;
  /** Of one that is paused nothing is taken. */
  state: 'active' | 'paused';
}

export interface WebForm extends WebFormSettings {
  id: string;
  /** Until then the former secret is good as well; null: it is not. */
  formerUntil: Instant | null;
  madeAt: Instant;
  madeBy: string;
  changedAt: Instant;
}

/** There are as many web sites as a group has; more are a mistake of a program. */
export const MAX_WEB_FORMS = 200;
