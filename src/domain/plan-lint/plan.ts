/** What the rules of the lint ask a plan. */
import type { SaidPost } from '../organisation';
import type { Plan, PlanHotline, PlanHours, PlanPerson, PlanPhone, PlanTrunk } from '../plan';
import type { Severity, PlanFinding } from './finding';

/** A plan as it stands, or as it was checked: the lint asks for nothing in which they differ. */
export interface PlanToLint extends Omit<Plan, 'trunks' | 'people' | 'phones'> {
  trunks: readonly Omit<PlanTrunk, 'register'>[];
  people: readonly (Omit<PlanPerson, 'posts'> & { posts?: readonly SaidPost[] | undefined })[];
  phones: readonly LintedPhone[];
}

/** The same with the stores of each post. */
export interface LintedPlan extends PlanToLint {
  people: readonly PlanPerson[];
}

export type LintedPhone = Pick<PlanPhone, 'id' | 'person' | 'autoReady' | 'kind'> & {
  contact?: string;
};

/** What is known beside the plan. */
export interface LintFacts {
  /** Prompts that are in no folder, as `en/greeting`. */
  promptsMissing: ReadonlySet<string>;
}

/** One thing to be found; each is a file in rules/. */
export type Rule = (plan: LintedPlan, facts: LintFacts) => PlanFinding[];

/** What a rule says, in both languages; the last sentence is what to do. */
export const finding = (
  severity: Severity,
  code: string,
  at: string,
  { zh, en }: { zh: string; en: string },
): PlanFinding => ({ code, severity, at, zh, en });

/** Queues in which callers of hotlines come to stand, each with the first place that says so. */
export function linesOf({ hotlines, queues }: LintedPlan): Map<string, string> {
  const known = new Set(queues.map(({ id }) => id));
  const lines = new Map<string, string>();
  for (const [index, { queue, menu = {} }] of hotlines.entries()) {
    const at = `hotlines[${index}]`;
    const named: [string | undefined, string][] = [
      [queue, `${at}.queue`],
      ...(['sales', 'afterSales', 'complaint'] as const).map(
        (key): [string | undefined, string] => [menu[key], `${at}.menu.${key}`],
      ),
    ];
    for (const [id, place] of named)
      if (id !== undefined && known.has(id) && !lines.has(id)) lines.set(id, place);
  }
  return lines;
}

/** The people of a queue. */
export const staffOf = ({ people }: LintedPlan, queueId: string): PlanPerson[] =>
  people.filter(({ queues }) => queues.includes(queueId));

/** When a hotline is open; undefined: always. */
export function hoursOf(
  { hours = [], stores }: Pick<LintedPlan, 'hours' | 'stores'>,
  hotline: PlanHotline,
): PlanHours | undefined {
  const id = hotline.hours ?? stores.find((store) => store.id === hotline.store)?.hours;
  return hours.find((one) => one.id === id);
}

/** Whether somebody can be rung: a phone of his own, or a seat where he may sit down. Made once for all people. */
export function reachable({ phones }: LintedPlan): (person: PlanPerson) => boolean {
  const owners = new Set(phones.map(({ person }) => person));
  return ({ id }) => owners.has(id) || owners.has(undefined);
}
