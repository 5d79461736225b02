/**
 * Decides who of a store is given leads by rule (Q15), and who is a sales consultant (销售顾问), whose lists are without what
 * telemarketers work (A36). A consultant is whoever sells: of the sales department, or a direct salesperson.
 */
import type { AgentId, StoreId } from '../ids';
import {
  holdsIn,
  postsOf,
  TELEMARKETERS,
  type Holder,
  type PlanDepartment,
  type Post,
} from '../organisation';

/** What of a plan says who is who. */
export interface Staff {
  people: readonly (Holder & { department?: string | undefined })[];
  departments?: readonly PlanDepartment[] | undefined;
}
type Member = Staff['people'][number];

/** The callback group (回访组) calls owners, not leads. */
const TAKERS: readonly Post[] = TELEMARKETERS.filter((post) => post !== 'callback');
/** Who leads sees everything, wherever his desk is. */
const LEADERS: readonly Post[] = ['supervisor', 'manager', 'administrator'];

/** Telemarketers of the store, in the order of the plan; nobody of a sales department, whatever his post (A39). */
export const takersOf = (staff: Staff, storeId: StoreId): AgentId[] =>
  staff.people
    .filter((one) => holdsIn(one, TAKERS, storeId) && !isOfSales(staff, one))
    .map(({ id }) => id);

/** Whether what is his is the centre's: he is one of its telemarketers in that store. */
export const isOfCentre = (staff: Staff, id: AgentId | null, storeId: StoreId): boolean =>
  staff.people.some(
    (one) => one.id === id && holdsIn(one, TELEMARKETERS, storeId) && !isOfSales(staff, one),
  );

/**
 * Whether he receives for the centre who arrives (A37): a direct salesperson of the store. One of a sales department sells in
 * the showroom, whatever his post.
 */
export const receives = (staff: Staff, id: AgentId | null, storeId: StoreId): boolean =>
  staff.people.some(
    (one) =>
      one.id === id && holdsIn(one, ['direct-salesperson'], storeId) && !isOfSales(staff, one),
  );

/** Whether he sells and leads nobody. */
export function isConsultant(staff: Staff, id: AgentId): boolean {
  const person = staff.people.find((one) => one.id === id);
  if (person === undefined) return false;
  const posts = postsOf(person).map(({ post }) => post);
  if (posts.some((post) => LEADERS.includes(post))) return false;
  return posts.includes('direct-salesperson') || isOfSales(staff, person);
}

const isOfSales = ({ departments = [] }: Staff, { department }: Member): boolean =>
  departments.some(({ id, kind }) => id === department && kind === 'sales');
