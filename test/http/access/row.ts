import type { Right } from '../../../src/domain/rights';

/** Who asks, in the order of the statuses of a row. */
export const ROLES = [
  'nobody',
  'wang',
  'chen',
  'qian',
  'zhao',
  'sun',
  'zhou',
  'admin-token',
] as const;
export type Role = (typeof ROLES)[number];

/** One route, and what each role is answered. */
export interface Row {
  route: string;
  url?: string;
  body?: object;
  /** Status by role: nobody, telemarketer, supervisor, quality, administrator, then a telemarketer
   * and a supervisor of the other store, then the admin token. */
  statuses: number[];
  /** What else the post must have in the store of what is asked for, beside the rule of the route. */
  needs?: Right;
  /** What is answered who may, but in another store alone; what zhou is, or zhao where no supervisor may. */
  elsewhere?: number;
  /** What whoever may is answered when nobody asked before him, where that is not what chen is. */
  first?: number;
}
