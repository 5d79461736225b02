import { ERASED_THINGS, type Certificate } from '../../src/domain/customer/erasure';
import type { Doing } from '../../src/http/customer-ports';
import type { LegalHold, Privacy } from '../../src/http/privacy-ports';
import { NOW } from './two-stores';

const BOOKS = 'store:bj01';

/** One certificate and one hold in the books of bj01, and what is done. */
export function fakePrivacy(done: string[]): Privacy {
  const doing = async <T>(what: string, { noted }: Doing, answer: T): Promise<T> => {
    await noted('of-it');
    done.push(what);
    return answer;
  };
  return {
    held: async () => ({ numbers: [{ number: '+8613800138000' }] }),
    erase: (_seen, by) => doing('erase', by, aCertificate()),
    certificate: async (id) => (id === 'erasure-1' ? aCertificate() : null),
    certificates: async (books) => ({
      items: books.includes(BOOKS) ? [aCertificate()] : [],
      next: null,
    }),
    hold: (_of, by) => doing('hold', by, aHold()),
    findHold: async (id) => (id === 'hold-1' ? aHold() : null),
    lift: (_id, by) => doing('lift-hold', by, { ...aHold(), liftedAt: by.at, liftedBy: by.by }),
  };
}

const aCertificate = (): Certificate => ({
  ...{ id: 'erasure-1', controller: BOOKS, storeId: 'bj01', by: 'chen', at: NOW },
  erased: Object.fromEntries(ERASED_THINGS.map((thing) => [thing, 1])) as Certificate['erased'],
  ...{ kept: [{ what: 'number-hashes', count: 1, why: 'refusal' }] },
  ...{ filesLeft: 0, filesDeletedAt: NOW },
});

const aHold = (): LegalHold => ({
  ...{ id: 'hold-1', customerId: 'customer-1', controller: BOOKS, storeId: 'bj01' },
  ...{ why: 'complaint', by: 'chen', at: NOW, liftedAt: null, liftedBy: null },
});
