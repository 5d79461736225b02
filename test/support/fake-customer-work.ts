import type { CustomerWork } from '../../src/http/customer-work-ports';
import type { Doing } from '../../src/http/customer-ports';
import { NOW } from './two-stores';

/** What is done to the cars, notes and numbers of one customer is added to `done`. */
export function fakeCustomerWork(done: string[]): CustomerWork {
  const does = async <T>(what: string, { noted }: Doing, answer: T): Promise<T> => {
    await noted('customer-1');
    done.push(what);
    return answer;
  };
  return {
    provenance: async (customerId) => ({
      ...{ customerId, fields: [], edits: [], leads: [], handedIn: [] },
      numbers: [
        { id: 'n-1', number: '+8613800138000', from: customerId, source: 'manual', since: NOW },
      ],
    }),
    addVehicle: (_made, doing) => does('add-vehicle', doing, 'vehicle-1'),
    changeVehicle: ({ version }, _fields, doing) => does('change-vehicle', doing, version + 1),
    removeVehicle: (_seen, doing) => does('remove-vehicle', doing, undefined),
    addNote: (_note, doing) => does('add-note', doing, 'note-1'),
    removeNumber: ({ version }, doing) => does('remove-number', doing, version + 1),
  };
}
