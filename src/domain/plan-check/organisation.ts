/** Decides what a plan may say of groups, legal entities and departments, and that stores belong to one group at most. */
import {
  DEPARTMENT_KINDS,
  type PlanDepartment,
  type PlanEntity,
  type PlanGroup,
} from '../organisation';
import { FAULTS, type PlanFault } from './faults';
import { oneOf, optionally, yesOrNo, type Fields } from './fields';
import { id, name } from './names';
import { objectsOf } from './references';

export const GROUP: Fields<PlanGroup> = { id, name, sharesCustomers: optionally(yesOrNo) };
export const ENTITY: Fields<PlanEntity> = { id, name, group: optionally(id) };
export const DEPARTMENT: Fields<PlanDepartment> = {
  id,
  store: id,
  name,
  kind: oneOf(...DEPARTMENT_KINDS),
};

type Document = Record<string, unknown>;
type Named = Record<string, unknown>;

/** Groups that are named and not listed, where the plan lists any; and stores that are in two. */
export function groupsAstray(document: Document): PlanFault[] {
  const listed = new Set([...objectsOf(document, 'groups')].map(([one]) => one['id']));
  const faults: PlanFault[] = [];
  for (const section of ['stores', 'entities'])
    for (const [{ group }, at] of objectsOf(document, section))
      if (typeof group === 'string' && listed.size > 0 && !listed.has(group))
        faults.push({ at: `${at}.group`, ...FAULTS.unknownReference(group, 'groups') });
  const entities = new Map([...objectsOf(document, 'entities')].map(([one]) => [one['id'], one]));
  for (const [{ entity, group }, at] of objectsOf(document, 'stores')) {
    const theirs = entities.get(entity)?.['group'];
    if (typeof theirs === 'string' && typeof group === 'string' && theirs !== group)
      faults.push({ at: `${at}.group`, ...FAULTS.groupsDiffer(theirs) });
  }
  return faults;
}

/** Every group that the plan has, listed or only named. */
export function groupsOf(document: Document): Set<string> {
  const texts = [
    ...[...objectsOf(document, 'groups')].map(([one]) => one['id']),
    ...[...objectsOf(document, 'stores'), ...objectsOf(document, 'entities')].map(
      ([one]) => one['group'],
    ),
  ];
  return new Set(texts.filter((text) => typeof text === 'string'));
}

/** The group of a store as the file has it. */
export function groupNamed(document: Document, storeId: unknown): unknown {
  const byId = (section: string, wanted: unknown): Named | undefined =>
    [...objectsOf(document, section)].find(([one]) => one['id'] === wanted)?.[0];
  const store = byId('stores', storeId);
  return store?.['group'] ?? byId('entities', store?.['entity'])?.['group'];
}
