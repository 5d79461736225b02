/** Customers and leads as a person is shown them: of his stores, numbers whole or by their last digits. */
import type { Customer, CustomerNumber } from '../../domain/customer/customer';
import {
  followUpOf,
  notPermitted,
  type DoNotCall,
  type PermissionFacts,
  type Wish,
} from '../../domain/customer/permission';
import { lastFour, seesWhole, shownNumber, type Owned } from '../../domain/customer/seeing';
import type { PromiseSnapshot } from '../../domain/records';
import { seesStore, type Asker } from '../../domain/rights';
import type { CustomerDetail, LeadDetail, ListedCustomer } from '../customer-ports';
import type { Said } from '../permission-ports';

const wholeOf = (customer: Customer, leads: readonly Owned[], person: Asker): boolean =>
  seesWhole(person, [customer, ...leads]);

function shownCustomer(customer: Customer, numbers: readonly CustomerNumber[], whole: boolean) {
  const { controller: _books, rootId: _root, state: _state, ...shown } = customer;
  return {
    ...shown,
    numbers: numbers.map(({ id, number, kind, identifies, expiresAt }) => ({
      ...{ id, number: shownNumber(number, whole), kind, identifies, expiresAt },
    })),
  };
}

export function shownListed({ customer, numbers, leads }: ListedCustomer, person: Asker) {
  const whole = wholeOf(customer, leads, person);
  return {
    ...shownCustomer(customer, numbers, whole),
    leads: leads.filter(({ storeId }) => seesStore(person, storeId)),
  };
}

/** A lead's number as those of its customer: who works another lead of his knows it. */
export function shownLead({ lead, owners }: LeadDetail, person: Asker, whole?: boolean) {
  return {
    ...lead,
    number: shownNumber(lead.number, whole ?? seesWhole(person, [lead])),
    owners: owners.map(({ ownerId, way, byId, reason, fromAt, untilAt }) => ({
      ...{ ownerId, way, byId, reason, fromAt, untilAt },
    })),
  };
}

export function shownDetail(
  found: CustomerDetail & {
    promises: readonly PromiseSnapshot[];
    said: Said;
    facts: PermissionFacts;
  },
  person: Asker,
) {
  const { customer, numbers, vehicles, leads, promises, followUps, said, facts } = found;
  const whole = wholeOf(
    customer,
    leads.map(({ lead }) => lead),
    person,
  );
  const masked = <T extends { number: string }>(one: T): T => ({
    ...one,
    number: shownNumber(one.number, whole),
  });
  return {
    ...shownCustomer(customer, numbers, whole),
    vehicles,
    leads: leads
      .filter(({ lead }) => seesStore(person, lead.storeId))
      .map((one) => ({
        ...shownLead(one, person, whole),
        calling: shownPermission(followUpOf(one.lead), facts),
      })),
    promises: promises.map(masked),
    followUps: followUps.filter(({ storeId }) => seesStore(person, storeId)).map(masked),
    consents: said.consents.map(({ controller: _books, ...consent }) => consent),
    doNotCall: said.doNotCall.map((one) => shownRefusal(one, whole)),
    permissions: permissionsOf(facts),
  };
}

const permissionsOf = (facts: PermissionFacts) => {
  const of = (purpose: Wish['purpose']) =>
    shownPermission({ purpose, way: 'call', askedAt: null }, facts);
  return {
    ...{ asked: of('asked'), 'follow-up': of('follow-up') },
    ...{ service: of('service'), campaign: of('campaign') },
  };
};

export function shownPermission(wish: Wish, facts: PermissionFacts) {
  const not = notPermitted(wish, facts);
  return {
    ...{ may: not === null, why: not?.why ?? null },
    scope: not?.why === 'do-not-call' ? not.scope : null,
    since: not !== null && 'since' in not ? not.since : null,
  };
}

export function shownRefusal<T extends DoNotCall>(
  { controller: _books, ...refusal }: T,
  whole: boolean,
) {
  const { number } = refusal;
  return { ...refusal, number: number === null || whole ? number : lastFour(number) };
}
