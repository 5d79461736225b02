/** Cars, notes and numbers of customers as people work with them (port `CustomerWork` of http): each deed in one transaction. */
import { CodedError } from '../../domain/errors';
import type { Doing } from '../../http/customer-ports';
import type { CustomerWork } from '../../http/customer-work-ports';
import type { Database } from '../database';
import { isUuid } from '../page';
import { addContact } from './contacts';
import type { Deed } from './deed';
import { again } from './merge-tree';
import { removeNumber } from './number-removal';
import { provenanceOf } from './provenance';
import { addVehicle, changeVehicle, removeVehicle } from './vehicles';

export function storeCustomerWork(db: Database, makeId: () => string): CustomerWork {
  const within = <T>(doing: Doing, subject: string, work: (deed: Deed) => Promise<T>): Promise<T> =>
    again(() =>
      db.transaction(async (trx) => {
        const done = await work({ trx, makeId, at: doing.at, by: doing.by });
        await doing.noted(subject);
        return done;
      }),
    );
  const known = (id: string): void => {
    if (!isUuid(id)) throw new CodedError('NOT_FOUND');
  };
  return {
    provenance: (id) => provenanceOf(db, id),
    addVehicle: (made, doing) => within(doing, made.customerId, (deed) => addVehicle(deed, made)),
    changeVehicle: async (seen, fields, doing) => {
      known(seen.id);
      return within(doing, seen.customerId, (deed) => changeVehicle(deed, seen, fields));
    },
    removeVehicle: async (seen, doing) => {
      known(seen.id);
      return within(doing, seen.customerId, (deed) => removeVehicle(deed, seen));
    },
    addNote: (note, doing) =>
      within(doing, note.customerId, (deed) => addContact(deed, { ...note, kind: 'note' })),
    removeNumber: async (seen, doing) => {
      known(seen.id);
      return within(doing, seen.customerId, (deed) => removeNumber(deed, seen));
    },
  };
}
