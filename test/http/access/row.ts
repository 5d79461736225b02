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
}
