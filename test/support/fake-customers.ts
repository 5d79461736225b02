import { NOTHING_KNOWN } from '../../src/domain/customer/customer';
import { NO_CONFIRMATION } from '../../src/domain/lead/confirmation';
import { NOTHING_SAID } from '../../src/domain/lead/lead';
import type { CustomerDetail, Customers, Doing, LeadDetail } from '../../src/http/customer-ports';
import { NOW } from './two-stores';

/** One customer and one lead, of bj01, of whom is kept what is done to them. */
export class FakeCustomers implements Customers {
  /** Whatever changed something. */
  readonly done: string[] = [];
  private found: CustomerDetail = aCustomer();

  list: Customers['list'] = async ({ books }) => {
    const { customer, numbers, leads } = this.found;
    const isSeen = books.includes(customer.controller);
    const items = [{ customer, numbers, leads: leads.map(({ lead }) => lead) }];
    return { items: isSeen ? items : [], next: null };
  };
  find: Customers['find'] = async (id) => (id === 'customer-1' ? this.found : null);
  contacts: Customers['contacts'] = async () => ({ items: [], next: null });
  make: Customers['make'] = async ({ controller, storeId }, doing) => {
    await this.doing('make', doing);
    this.found = { ...this.found, customer: { ...this.found.customer, controller, storeId } };
    return 'customer-1';
  };
  change: Customers['change'] = ({ version }, _change, doing) =>
    this.doing('change', doing, version + 1);
  lead: Customers['lead'] = async (id) => (id === 'lead-1' ? aLeadDetail() : null);
  makeLead: Customers['makeLead'] = (_made, doing) => this.doing('make-lead', doing, 'lead-1');
  changeLead: Customers['changeLead'] = ({ version }, _change, doing) =>
    this.doing('change-lead', doing, version + 1);
  changeOwner: Customers['changeOwner'] = ({ version }, _change, doing) =>
    this.doing('change-owner', doing, version + 1);

  /** As if nobody had done anything. */
  forget(): void {
    this.found = aCustomer();
  }

  private async doing<T>(what: string, { noted }: Doing, answer?: T): Promise<T> {
    await noted('of-it');
    this.done.push(what);
    return answer as T;
  }
}

function aLeadDetail(): LeadDetail {
  return {
    lead: {
      ...{ ...NOTHING_SAID, id: 'lead-1', customerId: 'customer-1', storeId: 'bj01', kind: null },
      ...{ number: '+8613800138000', name: '', ownerId: null, source: 'inbound', version: 1 },
      ...{ state: 'open', place: 'centre', endReason: null, openedAt: NOW, openedByCall: null },
      ...{ lastContactAt: null, arrivedAt: null, closedAt: null, changedAt: NOW },
      ...{ prospect: null, confirmation: NO_CONFIRMATION },
    },
    owners: [],
  };
}

function aCustomer(): CustomerDetail {
  return {
    customer: {
      ...{ ...NOTHING_KNOWN, id: 'customer-1', controller: 'store:bj01', rootId: 'customer-1' },
      ...{ version: 1, state: 'active', storeId: 'bj01', ownerId: null, source: 'manual' },
      ...{ createdAt: NOW, changedAt: NOW },
    },
    numbers: [],
    vehicles: [],
    leads: [aLeadDetail()],
    followUps: [],
  };
}
