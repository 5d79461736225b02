import { PROBES } from './probes';
import { AGENTS } from './agents';
import { ALARM_MAIL } from './alarm-mail';
import { ALARMS } from './alarms';
import { AUDIT } from './audit';
import { BACKUP } from './backup';
import { BLOCKED_CALLERS } from './blocked-callers';
import { CALLS } from './calls';
import { CUSTOMERS } from './customers';
import { DOCTOR } from './doctor';
import { FOLLOW_UPS } from './follow-ups';
import { FORMS } from './forms';
import { GUARD } from './guard';
import { HOTLINES } from './hotlines';
import { IMPORTS } from './imports';
import { INCOMING } from './incoming';
import { LEADS } from './leads';
import { LEAD_STEPS } from './lead-steps';
import { LEDGER } from './ledger';
import { MERGING } from './merging';
import { PRIVACY } from './privacy';
import { PERMISSIONS } from './permissions';
import { MESSAGES } from './messages';
import { NUMBERS } from './numbers';
import { PARKED } from './parked';
import { PHONES } from './phones';
import { PLAN } from './plan';
import { PROMISES } from './promises';
import { PROMPTS } from './prompts';
import { PUSH } from './push';
import { QUEUES } from './queues';
import { RATINGS } from './ratings';
import { READ_ONLY } from './read-only';
import { RECORDINGS } from './recordings';
import { REPORTS } from './reports';
import { SIP } from './sip';
import { STAFFING } from './staffing';
import { TRUNKS } from './trunks';
import { SESSIONS } from './sessions';
import { ME } from './me';
import { PEOPLE } from './people';
import { TOKENS } from './tokens';
import { SESSION } from './session';
import { WEBHOOKS } from './webhooks';
import type { Row } from './row';

/** Every route, a file a noun. The rows run in this order on one server: who signs out is last. */
export const TABLE: Row[] = [
  ...PROBES,
  ...AGENTS,
  ...ALARM_MAIL,
  ...ALARMS,
  ...AUDIT,
  ...BACKUP,
  ...BLOCKED_CALLERS,
  ...CALLS,
  // Before those who move the customer to another store.
  ...PERMISSIONS,
  ...PRIVACY,
  ...CUSTOMERS,
  ...DOCTOR,
  ...FOLLOW_UPS,
  ...FORMS,
  ...GUARD,
  ...HOTLINES,
  ...IMPORTS,
  ...INCOMING,
  ...LEADS,
  ...LEAD_STEPS,
  ...LEDGER,
  ...MERGING,
  ...MESSAGES,
  ...NUMBERS,
  ...PARKED,
  ...PHONES,
  ...PLAN,
  ...PROMISES,
  ...PROMPTS,
  ...PUSH,
  ...QUEUES,
  ...RATINGS,
  ...READ_ONLY,
  ...RECORDINGS,
  ...REPORTS,
  ...SIP,
  ...STAFFING,
  ...TRUNKS,
  ...SESSIONS,
  ...ME,
  ...PEOPLE,
  ...TOKENS,
  ...WEBHOOKS,
  ...SESSION,
];
