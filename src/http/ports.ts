import type { WebSocket } from 'ws';
import type { AgentId, StoreId } from '../domain/ids';
import type { PlanChange } from '../domain/plan-difference/difference';
import type { PlanFinding } from '../domain/plan-lint/finding';
import type { Asker } from '../domain/rights';
import type { ConfirmedNumber } from '../domain/records';
import type { OptOut, TextMessage } from '../domain/message/message';
import type { Instant } from '../domain/time';
import type { Page, PageRequest } from './queries';

/** The plan as a file brings it, with passwords in the clear; checked by domain/plan-check.ts. */
export type PlanDocument = unknown;

/** How a section of the plan changed. */
export interface SectionSummary {
  added: number;
  changed: number;
  removed: number;
}

export type PlanResult =
  | {
      applied: true;
      /** By section. */
      summary: Record<string, SectionSummary>;
      changes: PlanChange[];
      /** That it has now; a dry run tells which it would have. */
      version: number;
      findings: PlanFinding[];
    }
  | { applied: false; problems: PlanProblem[] };

/** How a plan is to be applied. */
export interface PlanOrder {
  /** A person's id, or `admin-token`. */
  who?: string;
  /** Nothing stays of it. */
  dryRun?: boolean;
  /** Waited for before it stays, with what becomes of it; when it rejects, nothing stays. */
  noted?: () => void | Promise<void>;
  /** Whether the one who asks knows that version; else it rejects with `PLAN_MOVED`. */
  meant?: (version: number) => boolean;
}

/** A plan that was applied, or (`found`) that was there before versions were kept. */
export interface PlanVersion {
  version: number;
  at: Instant;
  who: string;
  what: 'found' | 'applied' | 'undone';
  changes: PlanChange[];
}

/** One fault of a plan file: where (`queues[0].store`) and what, in both languages. */
export interface PlanProblem {
  at: string;
  code: string;
  zh: string;
  en: string;
}

export interface Plans {
  /** Checks, stores in one transaction, and submits `plan.applied`; all or nothing. */
  apply(document: PlanDocument, order?: PlanOrder): Promise<PlanResult>;
  /** The same with the plan as it stands, in which something is changed; what `edit` throws is rejected with. */
  change(
    edit: (standing: Record<string, unknown>) => PlanDocument,
    order?: PlanOrder,
  ): Promise<PlanResult>;
  /** The same with the plan of an earlier version, the one before when none is named; rejects with `NOTHING_TO_UNDO`. */
  undo(order: PlanOrder & { to?: number }): Promise<PlanResult>;
  /** The plan without its secrets, and its version, 0 before the first. */
  standing(): Promise<{ version: number; document: Record<string, unknown> }>;
  /** Whether it could be applied, and what is to be said of it. */
  check(document: PlanDocument): Promise<{ problems: PlanProblem[]; findings: PlanFinding[] }>;
  /** The newest first. */
  versions(page: PageRequest): Promise<Page<PlanVersion>>;
  version(version: number): Promise<Record<string, unknown> | null>;
}

/**
 * Push connections. HTTP lets in a socket when its handshake has proved who the person is and that
 * the page is ours; what is sent to it is decided behind this port.
 */
export interface Desktops {
  /** `since` is the last frame number the client saw; the connection ends with its session. */
  accept(
    socket: WebSocket,
    visit: {
      personId: AgentId;
      limit?: Asker['limit'];
      sessionId: string;
      expiresAt: Instant;
      since?: number;
    },
  ): void;
}

/** The edge takes no larger SIP message, whatever its settings. */
export const MAX_SIP_BYTES = 262_144;

/** Phones in pages: WebSockets at `/sip`, passed on to the edge once HTTP knows whose they are. */
export interface SipPassages {
  /** Null: he may come. */
  refusal(personId: AgentId): 'SIP_UNAVAILABLE' | 'TOO_MANY_CONNECTIONS' | null;
  /** `stands` is asked again and again whether the session goes on. */
  accept(
    socket: WebSocket,
    visit: { personId: AgentId; address: string; port: number; stands: () => boolean },
  ): void;
}

/** What is missing before a call can be taken (`plan`, `signalling`, `media` …); empty when ready. */
export type Readiness = () => string[] | Promise<string[]>;

/** One address that the edge holds back now. */
export interface GuardedSource {
  address: string;
  why: 'flood' | 'scanner' | 'digest' | 'secret';
  since: Instant;
  /** When it is over, if nothing more comes from there. */
  until: Instant;
  /** Messages that were not served meanwhile. */
  dropped: number;
}

/** The guard of signalling. Rejects with `CodedError`: `GUARD_UNAVAILABLE` or `EDGE_AWAY`. */
export interface Guard {
  /** Counters by reason; at most 200 sources, and how many `more` there are. */
  status(): Promise<{ counters: Record<string, number>; sources: GuardedSource[]; more: number }>;
  /** False when nothing is held against the address. */
  unblock(address: string): Promise<boolean>;
}

/** Texts to customers. */
export interface TextDesk {
  /** Who sends them; null: nobody. */
  via: string | null;
  list(storeIds: readonly StoreId[], request: PageRequest): Promise<Page<TextMessage>>;
  /**
   * Queues one about an appointment. Rejects with `CodedError`: `TEXTS_OFF`, `DATABASE_AWAY`, `NUMBER_NOT_KNOWN`,
   * `TEXT_NUMBER_LIMIT`.
   */
  ask(
    wanted: Pick<TextMessage, 'storeId' | 'number' | 'language' | 'values' | 'askedBy'>,
  ): Promise<TextMessage>;
  /** Of the stores' legal entities. */
  optOuts(storeIds: readonly StoreId[], request: PageRequest): Promise<Page<OptOut>>;
  /** Answers the one that stands, which may be older. */
  optOut(wanted: Pick<OptOut, 'number' | 'by' | 'how'> & { storeId: StoreId }): Promise<OptOut>;
  /** False: none stood. */
  lift(of: Pick<OptOut, 'number' | 'by'> & { storeId: StoreId }): Promise<boolean>;
}

/** What the mail server said to a mail of ours. */
export interface MailTried {
  accepted: string[];
  rejected: string[];
  response: string;
}

/** The prompts that the edge plays. */
export interface Prompts {
  /**
   * Has the files read again: how many of the store's own are heard, and which cannot be. Rejects with
   * `CodedError`: `EDGE_AWAY`.
   */
  reload(): Promise<{ own: number; unusable: { file: string; reason: string }[] }>;
}

/** A prompt, or the music, as it is heard. */
export interface HeardFile {
  /** `<language>/<key>`, or `music`. */
  name: string;
  whose: 'own' | 'built-in';
  path: string;
  bytes: number;
  sha256: string;
  /** Null: no sound that can be heard. */
  lengthMs: number | null;
  /** What the built-in one says. */
  text: string | null;
  /** Of the store's own; by whom: null, when it came by other means. */
  changedAt: Instant | null;
  changedBy: string | null;
}

/** What an upload became. */
export interface NewSound {
  wav: Buffer;
  sha256: string;
}

/** Two minutes of stereo as studios deliver them are 21 MB; music is sent as MP3 or Ogg. */
export const SOUND_LIMIT_BYTES = 25_165_824;

/** The files of prompts and music: the store's own over the built-in set. What changes is heard after `Prompts.reload`. */
export interface PromptFiles {
  list(): Promise<HeardFile[]>;
  /** Null: no folder has it. */
  find(name: string): Promise<HeardFile | null>;
  /** Rejects with `CodedError`: `SOUND_UNREADABLE`, `SOUND_SILENT`, `SOUND_LENGTH`. */
  convert(name: string, sound: Buffer): Promise<NewSound>;
  /** At once. */
  replace(name: string, sound: NewSound, by: string): Promise<void>;
  /** False: the store has none of its own. */
  remove(name: string): Promise<boolean>;
}

/** Who did what to what, at the moment it is noted (A16). */
export interface AuditNote {
  /** A person's id, or `admin-token`. */
  who: string;
  what:
    | 'recording.heard'
    | 'plan.applied'
    | 'plan.undone'
    | 'guard.unblocked'
    | 'prompts.reloaded'
    | 'prompt.replaced'
    | 'prompt.reset'
    | 'number.confirmed'
    | 'number.unconfirmed'
    | 'pair.same'
    | 'pair.different'
    | 'pair.later'
    | 'pair.reopened'
    | 'personal-data.shown'
    | 'personal-data.exported'
    | 'customer.erased'
    | 'hold.made'
    | 'hold.lifted'
    | 'consent.given'
    | 'consent.withdrawn'
    | 'do-not-call.said'
    | 'do-not-call.lifted'
    | 'customer.merged'
    | 'customer.unmerged'
    | 'customer.split'
    | 'customer.unsplit'
    | 'lead.invalid'
    | 'cleaning.begun'
    | 'session.ended'
    | 'password.changed'
    | 'password.reset'
    | 'person.locked'
    | 'token.made'
    | 'token.revoked'
    | 'second-factor.on'
    | 'second-factor.reset'
    | 'read-only.ordered'
    | 'read-only.ended'
    | 'plan.exported'
    | 'backup.begun'
    | 'follow-up.done'
    | 'hotline.tested'
    | 'token.used'
    | 'webhook.made'
    | 'webhook.changed'
    | 'webhook.removed'
    | 'webhook.secret-changed'
    | 'webhook.tested'
    | 'webhook.paused'
    | 'webhook.resumed'
    | 'webhook.retried'
    | 'webhook.discarded'
    | 'mail.tested'
    | 'text.asked'
    | 'opt-out.made'
    | 'opt-out.lifted'
    | 'customer.made'
    | 'customer.changed'
    | 'lead.made'
    | 'lead.changed'
    | 'lead.owner-changed'
    | 'leads.changed-together'
    | 'leads.change-undone'
    | 'leads.assigned-in-meeting'
    | 'leads.exported'
    | 'lead-view.kept'
    | 'lead-view.changed'
    | 'lead-view.removed'
    | 'leads.distributed'
    | 'import.begun'
    | 'import.previewed'
    | 'import.undone'
    | 'import.rejects-read'
    | 'leads.delivered'
    | 'lead.confirmed'
    | 'vehicle.added'
    | 'vehicle.changed'
    | 'vehicle.removed'
    | 'customer.noted'
    | 'number.removed'
    | 'web-form.made'
    | 'web-form.changed'
    | 'web-form.removed'
    | 'web-form.secret-changed'
    | 'lead.invited'
    | 'lead.arrived'
    | 'deal.made'
    | 'deal.delivered'
    | 'fee.paid';
  /** Id of what it was done to. */
  subject: string;
}

/** Writes down that a follow-up is done; resolves when that is on disk. */
export type FollowedUp = (done: { followUpId: string; by: string }) => void | Promise<void>;

/** Writes down whose own a number is; resolves when that is on disk. */
export type Confirm = (number: ConfirmedNumber) => void | Promise<void>;

/** Notes it for ever; what is audited waits for this, and is not done when it fails. */
export type Audit = (note: AuditNote) => void | Promise<void>;

/** Notes that what will have this id is about to be. */
export type Noted = (id: string) => void | Promise<void>;
