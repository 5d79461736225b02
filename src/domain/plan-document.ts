/**
 * The plan as a plan file says it: the reverse of plan-check.ts, which reads the same plan back from it. It has no
 * secrets; what stands in the plan and is not named here is said as it is, so that a new section needs no line.
 */
import { SECTIONS } from './plan-check/sections';
import { isOneAtHome } from './organisation';
import type { Plan, PlanHours, PlanPerson, PlanPhone, PlanTrunk, Span } from './plan';

/** A plan file as JSON. */
export type PlanDocument = Record<string, unknown>;

/** Sections in the order of a plan file; those of which nothing is said are left out. */
export function documentOf(plan: Plan): PlanDocument {
  const said: PlanDocument = {
    ...plan,
    trunks: plan.trunks.map(trunkSaid),
    people: plan.people.map(personSaid),
    phones: plan.phones.map(phoneSaid),
    ...(plan.hours ? { hours: plan.hours.map(hoursSaid) } : {}),
  };
  return inOrder(said);
}

function inOrder(said: PlanDocument): PlanDocument {
  const known = SECTIONS.filter((section) => section in said);
  const others = Object.keys(said).filter((section) => !known.includes(section));
  return Object.fromEntries([...known, ...others].map((section) => [section, said[section]]));
}

function trunkSaid({ register, ...trunk }: PlanTrunk): object {
  if (register === undefined) return trunk;
  const { ha1: _md5, ha1Sha256: _sha256, ...account } = register;
  return { ...trunk, register: account };
}

/** Where each post holds follows from what is said; one post at home is said as one. */
function personSaid({ posts, ...person }: PlanPerson): object {
  const said = posts?.map(({ stores: _stores, ...one }) => one) ?? [];
  if (isOneAtHome(said)) return person;
  const { post: _first, ...others } = person;
  return { ...others, posts: said };
}

function phoneSaid({ autoAnswer, nailedUp, ...phone }: PlanPhone): object {
  const mode = nailedUp ? 'nailed-up' : autoAnswer === undefined ? null : 'auto-answer';
  const pickUp = mode === null ? {} : { mode, profile: autoAnswer ?? 'standard' };
  if (phone.kind === 'static') return { ...phone, ...pickUp };
  const { ha1: _md5, ha1Sha256, ...said } = phone;
  return { ...said, ...pickUp, ...(ha1Sha256 === undefined ? {} : { digest: 'both' }) };
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Neighbouring days with the same times are said together: `mon-fri`. */
function hoursSaid({ id, week, holidays, workdays }: PlanHours): object {
  const days: [key: string, open: string][] = [];
  for (let from = 0, to = 0; from < DAYS.length; from = to + 1) {
    const open = spansSaid(week[from] ?? []);
    for (to = from; to + 1 < DAYS.length && spansSaid(week[to + 1] ?? []) === open;) to += 1;
    const key = from === to ? DAYS[from] : `${DAYS[from]}-${DAYS[to]}`;
    if (open !== '') days.push([key ?? '', open]);
  }
  return {
    ...{ id, week: Object.fromEntries(days) },
    ...(holidays && {
      holidays: holidays.map(({ from, to }) => (from === to ? from : `${from}/${to}`)),
    }),
    ...(workdays && {
      workdays: workdays.map(({ day, open }) => ({ day, open: spansSaid(open) })),
    }),
  };
}

const spansSaid = (spans: readonly Span[]): string =>
  spans.map(([from, to]) => `${timeOf(from)}-${timeOf(to)}`).join(', ');

const timeOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
