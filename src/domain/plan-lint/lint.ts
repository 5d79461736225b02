/**
 * What can be said of a plan that could be applied: each way in which callers are refused, kept for nothing or promised
 * nothing, and what is likely a slip. A rule is a file, and a line here. Pure.
 */
import { withStores } from '../organisation';
import type { PlanFinding, Severity } from './finding';
import type { LintFacts, PlanToLint, Rule } from './plan';
import { administratorOfPart } from './rules/administrator-of-part';
import { allReserved } from './rules/all-reserved';
import { autoReadyForm } from './rules/auto-ready-form';
import { autoReadyUnasked } from './rules/auto-ready-unasked';
import { earlyNowhere } from './rules/early-nowhere';
import { hoursHole } from './rules/hours-hole';
import { menuInVain } from './rules/menu-in-vain';
import { neverOpen } from './rules/never-open';
import { noPhone } from './rules/no-phone';
import { nobodyCan } from './rules/nobody-can';
import { nobodyThere } from './rules/nobody-there';
import { notDelivered } from './rules/not-delivered';
import { nothingPromised } from './rules/nothing-promised';
import { onlyOutbound } from './rules/only-outbound';
import { otherStore } from './rules/other-store';
import { phoneIsHotline } from './rules/phone-is-hotline';
import { promptMissing } from './rules/prompt-missing';
import { ringBackNever } from './rules/ring-back-never';
import { shownNumber } from './rules/shown-number';
import { storeWithoutHotline } from './rules/store-without-hotline';

export const RULES: readonly Rule[] = [
  notDelivered,
  shownNumber,
  phoneIsHotline,
  menuInVain,
  ringBackNever,
  neverOpen,
  hoursHole,
  nobodyThere,
  nobodyCan,
  onlyOutbound,
  noPhone,
  nothingPromised,
  autoReadyForm,
  autoReadyUnasked,
  promptMissing,
  storeWithoutHotline,
  otherStore,
  earlyNowhere,
  allReserved,
  administratorOfPart,
];

const ORDER: readonly Severity[] = ['error', 'warning', 'hint'];

/** The worst first, then in the order of the rules. */
export function lintPlan(plan: PlanToLint, facts: LintFacts): PlanFinding[] {
  const people = plan.people.map(({ posts, ...person }) => {
    const said = posts?.map((one) => ({ ...one, stores: [] }));
    return withStores({ ...person, ...(said && { posts: said }) }, plan);
  });
  return RULES.flatMap((rule) => rule({ ...plan, people }, facts)).sort(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity),
  );
}
