/** What the routes of web forms and of HQ ask of the app. */
import type { Consent, IncomingRefusal, SaidFields } from '../domain/intake/incoming';
import type { WebForm, WebFormSettings } from '../domain/intake/web-form';
import type { StoreId } from '../domain/ids';
import type { Lead, LeadState } from '../domain/lead/lead';
import type { Prospect } from '../domain/lead/prospect';
import type { LeadLevel } from '../domain/queue/place';
import type { Instant, Millis } from '../domain/time';
import type { Noted } from './ports';
import type { Page, PageRequest } from './queries';

/** A lead that stands, whether it came now or before. */
export interface Taken {
  /** By which its sender knows it. */
  key: string;
  id: string;
  is: 'accepted' | 'duplicate';
  /** The lead of ours that it is, or was filled into. */
  leadId: string | null;
  /** A duplicate that says something else than the first; that is not taken. */
  differs: boolean;
}

/** A lead as it is handed in. */
export interface Handed {
  key: string;
  /** Undefined: the first of the form. */
  storeId: StoreId | undefined;
  said: SaidFields;
  consent: Consent | null;
}

export type HandedResult = Taken | { key: string; is: 'rejected'; refusals: IncomingRefusal[] };

/** What a signature is of. */
export interface SignedRequest {
  id: string;
  /** Seconds since 1970, as it was sent. */
  timestamp: string;
  signature: string;
  body: Buffer;
}

/** Each rejects with what the database says, and `WEB_FORM_LIMIT` where there are too many. */
export interface WebForms {
  /** The oldest first; there are few. */
  list(): Promise<WebForm[]>;
  find(id: string): Promise<WebForm | null>;
  /** The secret is told once. `noted` gets its id before there is one; when it rejects, none is made. */
  make(
    settings: WebFormSettings,
    by: string,
    noted: Noted,
  ): Promise<{ form: WebForm; secret: string }>;
  change(form: WebForm, settings: WebFormSettings): Promise<WebForm>;
  remove(form: WebForm): Promise<void>;
  /** Both secrets are good for so long. */
  rotate(form: WebForm, overlapMs: Millis): Promise<{ form: WebForm; secret: string }>;
  /** The form whose secret has signed the request just now; null: none, whatever the reason is. */
  signedBy(formId: string, request: SignedRequest): Promise<WebForm | null>;
}

export interface HqResult {
  /** HQ's own. */
  id: string;
  leadId: string;
  storeId: StoreId;
  state: LeadState;
  level: LeadLevel | null;
  /** Null: nobody has said. */
  prospect: Prospect | null;
  validity: Lead['validity'];
  ownerId: string | null;
  reason: string | null;
  openedAt: Instant;
  closedAt: Instant | null;
  changedAt: Instant;
}

export interface HqResults extends Page<HqResult> {
  /** Of the last one that was ever told: what changes later is asked for by it. Null: there was none. */
  last: string | null;
}

export interface IncomingLeads {
  /** Of one that may be taken in these stores. */
  ofForm(form: WebForm, lead: Handed): Promise<HandedResult>;
  ofHq(
    asked: { system: string; by: string; storeIds: readonly StoreId[] },
    leads: readonly Handed[],
  ): Promise<HandedResult[]>;
  results(
    asked: { system: string; storeIds: readonly StoreId[] },
    request: PageRequest,
  ): Promise<HqResults>;
}
