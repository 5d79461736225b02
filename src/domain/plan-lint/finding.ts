/** What the lint of a plan says: a plan that can be applied, and yet does not do what a dealership needs. */

/** `error`: callers are refused or kept for nothing; `warning`: it works badly; `hint`: look at it. */
export type Severity = 'error' | 'warning' | 'hint';

export interface PlanFinding {
  code: string;
  severity: Severity;
  /** Where in the plan: `hotlines[0].queue`. */
  at: string;
  /** What is wrong, and what to do. */
  zh: string;
  en: string;
}
