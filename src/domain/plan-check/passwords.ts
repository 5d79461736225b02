/** Decides which passwords a plan must give: those that are not stored, or are no longer good as they are stored. */
import { FAULTS, type PlanFault } from './faults';
import { matching, optional, type Field } from './fields';

/** What is stored of secrets, so that a file need not repeat its passwords. */
export interface StoredSecrets {
  /** HA1 depends on the realm: when it changes, every registering phone needs its password. */
  realm: string | null;
  /** Ids of people and phones that have a password. */
  people: ReadonlySet<string>;
  phones: ReadonlySet<string>;
  /** Accounts at carriers that have one, by `accountKey`. */
  accounts: ReadonlySet<string>;
}

/** Null keeps what is stored. */
export const password: Field<string | null> = optional<string | null>(
  matching(/^[^\p{Cc}]{1,200}$/u, '1-200 个字符的密码', 'a password of 1-200 characters'),
  null,
);

/** By which a person signs in at a phone; null keeps what is stored, and who has none does not sign in so. */
export const pin: Field<string | null> = optional<string | null>(
  matching(/^\d{4,8}$/, '4-8 位数字', '4-8 digits'),
  null,
);

/** Our account at a carrier. */
interface Account {
  account: string;
  realm: string;
}

/** What an HA1 is good for, besides its password. */
export const accountKey = ({ account, realm }: Account): string => `${account}\n${realm}`;

interface WithPasswords {
  sip: { realm: string };
  people: readonly { id: string; password: string | null }[];
  phones: readonly ({ id: string; kind: 'static' } | RegisterPhone)[];
  trunks: readonly { register?: (Account & { password: string | null }) | undefined }[];
}

interface RegisterPhone {
  id: string;
  kind: 'register';
  password: string | null;
}

export function missingPasswords(plan: WithPasswords, stored: StoredSecrets): PlanFault[] {
  const sameRealm = stored.realm === plan.sip.realm;
  const people = plan.people.map((person, index) => ({
    at: `people[${index}].password`,
    missing: person.password === null && !stored.people.has(person.id),
  }));
  const phones = plan.phones.map((phone, index) => ({
    at: `phones[${index}].password`,
    missing:
      phone.kind === 'register' &&
      phone.password === null &&
      !(sameRealm && stored.phones.has(phone.id)),
  }));
  const trunks = plan.trunks.map(({ register }, index) => ({
    at: `trunks[${index}].register.password`,
    missing: register?.password === null && !stored.accounts.has(accountKey(register)),
  }));
  return [...people, ...phones, ...trunks]
    .filter(({ missing }) => missing)
    .map(({ at }) => ({ at, ...FAULTS.passwordNeeded() }));
}
