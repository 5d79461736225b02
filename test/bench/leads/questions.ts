/** What agents ask of customers and leads all day, in the product's own functions: each question is drawn by chance. */
import { randomUUID } from 'node:crypto';
import { Chance } from '../../../demo/talk';
import { DEFAULT_LEAD_RULES } from '../../../src/domain/lead/rules';
import { storeCustomers } from '../../../src/store/customers/desk';
import { hashKeyOf } from '../../../src/store/customers/erased-numbers';
import { storeLeadLists } from '../../../src/store/customers/lead-lists';
import type { Database } from '../../../src/store/database';
import { callerLookup } from '../../../src/store/lookup';
import { controllerOf, OWNERS, storeOf } from './rows';
import type { Sample } from './sample';

/** One question and its answer; false: the answer is not what it must be. */
export interface Question {
  /** What is asked before, and is not of it. */
  before?: () => Promise<void>;
  ask: () => Promise<boolean>;
}
export type Kind = 'numberLookup' | 'search' | 'leadPage' | 'overdueList';

/** As pages of the product have it. */
const PAGE = { limit: 50 };

/** Each call of one of these is the next question. */
export function questions(
  db: Database,
  { people, leads, stores, now }: Sample,
  seed: number,
): Record<Kind, () => Question> {
  const chance = new Chance(seed);
  const lookup = callerLookup(db);
  const customers = storeCustomers(db, randomUUID);
  const lists = storeLeadLists(db, randomUUID, () => new Set(), hashKeyOf(Buffer.from('bench')));
  const ruled = (at: number) => ({
    ...{ storeId: storeOf(at), zone: 'Asia/Shanghai', rules: DEFAULT_LEAD_RULES },
  });
  const allStores = Array.from({ length: stores }, (_, at) => at);

  return {
    /** One in ten calls is by nobody who is known. */
    numberLookup() {
      const { number, storeId } = chance.of(people);
      const isKnown = chance.happens(0.9);
      const asked = isKnown ? number : `+861${Math.floor(chance.between(4e9, 5e9))}`;
      const ask = async (): Promise<boolean> => {
        const { result } = await lookup.find(storeId, asked);
        return result === (isKnown ? 'found' : 'none');
      };
      return { ask };
    },

    /** In the books of an entity; one in five in all of the group. */
    search() {
      const person = chance.of(people);
      const q = chance.of(WAYS)(person, chance);
      const all = allStores.map((at) => controllerOf(at, stores));
      const books = chance.happens(0.2) ? [...new Set(all)] : [person.controller];
      const ask = async (): Promise<boolean> => {
        const { items } = await customers.list({ books, q }, PAGE);
        return items.length > 0 || q === NOBODY;
      };
      return { ask };
    },

    /** The lead with its owners, its customer with all that belongs to him, and the newest of his timeline. */
    leadPage() {
      const { leadId, customerId } = chance.of(leads);
      const ask = async (): Promise<boolean> => {
        const lead = await customers.lead(leadId);
        const customer = await customers.find(customerId, now);
        const storeIds = allStores.map(storeOf);
        const contacts = await customers.contacts({ customerId, storeIds }, PAGE);
        return lead !== null && customer !== null && contacts.items.length > 0;
      };
      return { ask };
    },

    /** Mostly his own, else the store's; of each fifth the second page. */
    overdueList() {
      const storeId = chance.of(people).storeId;
      const at = allStores.find((one) => storeOf(one) === storeId) ?? 0;
      const ownerId = `${storeId}-${Math.floor(chance.next() * OWNERS)}`;
      const isHis = chance.happens(0.7);
      const asked = { stores: [ruled(at)], forConsultant: false, now, ...(isHis && { ownerId }) };
      let after: string | null = null;
      const before = async (): Promise<void> => {
        after = (await lists.due(asked, PAGE)).next;
      };
      const ask = async (): Promise<boolean> => {
        const { items } = await lists.due(asked, { ...PAGE, ...(after !== null && { after }) });
        return items.every(
          (lead) => lead.storeId === storeId && (!isHis || lead.ownerId === ownerId),
        );
      };
      return chance.happens(0.2) ? { before, ask } : { ask };
    },
  };
}

/** A name that nobody has. */
const NOBODY = '龘靐';

type Asked = Sample['people'][number];

/** By what people look for somebody. */
const WAYS: ((person: Asked, chance: Chance) => string)[] = [
  ({ name }) => name,
  ({ name }) => name,
  // The end of the name, which is mostly the given one.
  ({ name }) => [...name].slice(1).join(''),
  // The family name alone: thousands have it.
  ({ name }) => name.charAt(0),
  ({ pinyin }) => pinyin,
  ({ initials }) => initials,
  ({ number }) => number.slice(3),
  ({ number }) => number.slice(3),
  ({ number }) => number.slice(-4),
  ({ number }) => number.slice(5, 10),
  ({ plate, name }) => (plate === '' ? name : plate),
  ({ plate, number }) => (plate === '' ? number.slice(-6) : plate.slice(-4)),
  ({ name, number }) => `${name.charAt(0)} ${number.slice(-4)}`,
  ({ initials, number }) => `${initials} ${number.slice(-4)}`,
  ({ pinyin, plate }) => `${pinyin} ${plate.slice(0, 2)}`,
  () => NOBODY,
];
