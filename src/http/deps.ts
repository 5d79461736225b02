/** What the HTTP edge is built from. app.ts makes these; no route reaches for anything else. */
import type { Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { AlarmCode } from '../domain/alarm';
import type { DoctorFacts } from '../domain/doctor/findings';
import type { StoreId } from '../domain/ids';
import type { ReadOnly } from '../domain/read-only';
import type { Instant } from '../domain/time';
import type { TrunkView } from '../domain/trunk/view';
import type { Budgets } from './budgets';
import type { ImportDesk } from './import-ports';
import type { IncomingLeads, WebForms } from './incoming-ports';
import type {
  AgentDesk,
  BlockDesk,
  FormDesk,
  HotlineDesk,
  LiveView,
  PromiseDesk,
} from '../engine/ports';
import type { Confirmations } from './confirmation-ports';
import type { Customers } from './customer-ports';
import type { CustomerWork } from './customer-work-ports';
import type {
  Audit,
  Confirm,
  Desktops,
  FollowedUp,
  Guard,
  MailTried,
  Plans,
  PromptFiles,
  Prompts,
  Readiness,
  SipPassages,
  TextDesk,
} from './ports';
import type { Privacy } from './privacy-ports';
import type { Permissions } from './permission-ports';
import type { LeadDesk } from './lead-desk-ports';
import type { LeadLists } from './lead-list-ports';
import type { LeadSteps } from './lead-step-ports';
import type { LeadReports } from './lead-report-ports';
import type { Cleaning, Merging } from './merge-ports';
import type { Queries, QueueLoads, Ratings, CountedCalls } from './queries';
import type { Repeats } from './repeats';
import type {
  Accounts,
  Acknowledgements,
  ApiTokens,
  SecondFactors,
  Sessions,
} from './sign-in-ports';
import type { Webhooks } from './webhook-ports';

export interface HttpDeps {
  live: LiveView;
  desk: AgentDesk;
  hotlines: HotlineDesk;
  blocks: BlockDesk;
  forms: FormDesk;
  promises: PromiseDesk;
  queries: Queries;
  customers: Customers;
  customerWork: CustomerWork;
  loads: QueueLoads;
  /** Calls of these hotlines, counted beside their rows. */
  counted: (hotlines: readonly string[]) => CountedCalls;
  /** What is to be known of this installation to say what is to be done about it. */
  installation: () => Promise<DoctorFacts>;
  ratings: Ratings;
  leadReports: LeadReports;
  merging: Merging;
  cleaning: Cleaning;
  leadSteps: LeadSteps;
  leadLists: LeadLists;
  confirmations: Confirmations;
  permissions: Permissions;
  privacy: Privacy;
  leadDesk: LeadDesk;
  accounts: Accounts;
  factors: SecondFactors;
  tokens: ApiTokens;
  sessions: Sessions;
  acknowledgements: Acknowledgements;
  plans: Plans;
  guard: Guard;
  prompts: Prompts;
  promptFiles: PromptFiles;
  /** The plan's trunks as they stand now. */
  trunks: () => TrunkView[];
  /** What came of requests that were sent with a key. */
  repeats: Repeats;
  /** Proxies whose word counts about who comes, `address/bits`. */
  trustedProxies: readonly string[];
  /** How often somebody may ask. */
  budgets: Budgets;
  /** Signs sessions; at least 32 bytes. Another key signs everybody out. */
  sessionKey: Buffer;
  /** Lets `npx openline` in on the same machine; at least 32 characters. */
  adminToken: string;
  /** Absolute path; no file outside the two is ever sent. */
  recordingsDir: string;
  /** The same of the second folder; null when there is none. */
  recordingsDir2: string | null;
  /** The file of this recording is still on another host, and will come. */
  isArriving: (recordingId: string) => boolean;
  readiness: Readiness;
  metrics: Registry;
  push: Desktops;
  sipPassages: SipPassages;
  confirm: Confirm;
  followedUp: FollowedUp;
  /** Tells those who see to the store. */
  alarm: (code: AlarmCode, detail: string, storeId: StoreId) => void;
  /** Whether people may change what is kept, and the order that they may not. */
  readOnly: { state: () => ReadOnly | null; order: (on: boolean) => Promise<ReadOnly | null> };
  /** Resolves with true when what has happened so far stands in the database; with false when it does not in time. */
  caughtUp: () => Promise<boolean>;
  /** Resolves when everything that was submitted is on disk. */
  written: () => Promise<void>;
  audit: Audit;
  /** Rejects with `CodedError`: `MAIL_OFF`, `NOBODY_MAILED`, `MAIL_FAILED`. */
  testMail: () => Promise<MailTried>;
  texts: TextDesk;
  imports: ImportDesk;
  webForms: WebForms;
  incoming: IncomingLeads;
  log: Logger;
  now: () => Instant;
  webhooks: Webhooks;
}
