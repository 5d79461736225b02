/** Rows of groups, legal entities and departments. */
import type { Knex } from 'knex';
import type { PlanDepartment, PlanEntity, PlanGroup } from '../domain/organisation';
import type { Plan } from '../domain/plan';
import type { CheckedPlan } from '../domain/plan-check';
import { replaceRows, type Change, type PlanRow } from './plan-rows';

type Organised = Pick<Plan, 'groups' | 'entities' | 'departments'>;

/** Groups and entities, to which stores refer; null: there is none, and never was. */
export async function replaceOwners(
  db: Knex,
  { groups = [], entities = [] }: CheckedPlan,
): Promise<Record<string, Change>> {
  return {
    ...(await replaced(db, 'groups', { table: 'store_group', rows: groups.map(groupRow) })),
    ...(await replaced(db, 'entities', { table: 'legal_entity', rows: entities.map(entityRow) })),
  };
}

/** Departments, which refer to stores. */
export const replaceDepartments = (
  db: Knex,
  { departments = [] }: CheckedPlan,
): Promise<Record<string, Change>> =>
  replaced(db, 'departments', { table: 'department', rows: departments.map(departmentRow) });

/** Of a section that a plan need not have nothing is told while it has none. */
async function replaced(
  db: Knex,
  section: string,
  what: { table: string; rows: PlanRow[] },
): Promise<Record<string, Change>> {
  const change = await replaceRows(db, what);
  const isSaid = what.rows.length > 0 || change.removed > 0;
  return isSaid ? { [section]: change } : {};
}

/** Those that stand in the plan, in order of id; a section without any is left out. */
export async function loadOrganisation(db: Knex): Promise<Organised> {
  const active = <R>(table: string): Promise<R[]> =>
    db(table).whereNull('removed_at').orderBy('id').select() as Promise<R[]>;
  const groups = await active<GroupDbRow>('store_group');
  const entities = await active<EntityDbRow>('legal_entity');
  const departments = await active<DepartmentDbRow>('department');
  return {
    ...(groups.length > 0 && { groups: groups.map(groupFromRow) }),
    ...(entities.length > 0 && { entities: entities.map(entityFromRow) }),
    ...(departments.length > 0 && { departments: departments.map(departmentFromRow) }),
  };
}

interface GroupDbRow {
  id: string;
  name: string;
  shares_customers: boolean;
}

interface EntityDbRow {
  id: string;
  name: string;
  group_id: string | null;
}

interface DepartmentDbRow {
  id: string;
  store_id: string;
  name: string;
  kind: PlanDepartment['kind'];
}

const groupRow = ({ id, name, sharesCustomers = false }: PlanGroup): PlanRow => ({
  ...{ id, name, shares_customers: sharesCustomers },
});

const groupFromRow = ({ id, name, shares_customers }: GroupDbRow): PlanGroup => ({
  ...{ id, name },
  ...(shares_customers && { sharesCustomers: true as const }),
});

const entityRow = ({ id, name, group }: PlanEntity): PlanRow => ({
  ...{ id, name, group_id: group ?? null },
});

const entityFromRow = ({ id, name, group_id }: EntityDbRow): PlanEntity => ({
  ...{ id, name },
  ...(group_id !== null && { group: group_id }),
});

const departmentRow = ({ id, store, name, kind }: PlanDepartment): PlanRow => ({
  ...{ id, store_id: store, name, kind },
});

const departmentFromRow = ({ id, store_id, name, kind }: DepartmentDbRow): PlanDepartment => ({
  ...{ id, store: store_id, name, kind },
});
