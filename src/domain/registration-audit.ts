import type { Effect } from './effects';
import type { RegistrationRefused } from './phone-events';

/** Kept, as every call is that was refused. */
export const auditedRegistration = ({ type, who, phone, what }: RegistrationRefused): Effect => ({
  type: 'journal.write',
  record: { kind: 'audit.noted', who, what: type, subject: `${phone} ${what}` },
});
