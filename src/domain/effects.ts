import type { EndCause } from './end-cause';
import type { DomainEvent, Timer } from './events';
import type { ParkedNote } from './agent-events';
import type {
  AgentId,
  AttemptId,
  CallId,
  EntryId,
  LeadId,
  LegId,
  OfferId,
  PhoneId,
  PlayId,
  PromiseId,
  QueueId,
  RecordingId,
  StoreId,
  TrunkId,
} from './ids';
import type { AttemptSnapshot, CallDirection, JournalRecord, LegRole } from './records';
import type { Absence } from './call/prompts';
import type { Notice } from './notices';
import type { CallerFacts } from './queue/place';
import type { Language, Spoken } from './spoken';
import type { Instant, Millis } from './time';

/**
 * What a decision wants done. Effects are imperative, return nothing, and each that can take time
 * is paired with a timer; whatever they bring about comes back as a new event.
 */
export type Effect =
  /** 180 without SDP to a caller (who makes the tone); with `sound` 183 with our SDP: he hears what we send. */
  | { type: 'leg.ring'; legId: LegId; sound?: true }
  /** 200 with our SDP to a caller; comes back as `leg.answered`. */
  | { type: 'leg.answer'; legId: LegId; callId: CallId }
  /** Final refusal of an arriving call; only for numbers that are none of ours. */
  | { type: 'leg.refuse'; legId: LegId; cause: EndCause }
  /** We call a hotline of ours to see whether it works; comes back as `test.arrived`, then `hotline.tested`. */
  | { type: 'hotline.test'; hotline: string; language?: Language | undefined }
  /** INVITE to an agent's phone, or to an outside number. */
  | {
      type: 'leg.dial';
      legId: LegId;
      callId: CallId;
      to: DialTarget;
      /** The caller as shown there: From and P-Asserted-Identity. */
      from: string;
      displayName: string;
      /** The leg whose codec the offer lists first; null while there is no other. */
      towards: LegId | null;
      /** It is for help: any stream of the media is its. */
      urgent?: true;
    }
  /** INVITE to a phone whose leg is to be the agent's own; comes back as `nailed.answered` or `nailed.ended`. */
  | { type: 'nailed.dial'; agentId: AgentId; phoneId: PhoneId }
  /** CANCEL or BYE of the agent's own leg; nothing more is told of it. */
  | { type: 'nailed.hangup'; agentId: AgentId; cause: EndCause }
  /** CANCEL, BYE or final refusal, whichever the leg's state needs. Comes back as `leg.ended`. */
  | { type: 'leg.hangup'; legId: LegId; cause: EndCause }
  /** Two outside legs talk; their carrier may take the talk over. Then it comes back as `leg.released`. */
  | { type: 'leg.release'; legId: LegId; other: LegId }
  /** The leg becomes one of another call, its dialog and its stream as they are, out of any talk. */
  | { type: 'leg.move'; legId: LegId; callId: CallId; to: CallId }
  /** The note kept on the edge beside the leg's dialog, at most 1 KB as JSON. */
  | { type: 'leg.note'; legId: LegId; note: LegNote }
  /**
   * Says it all, one after the other, then music or silence; comes back as `play.ended`. The first of the keys
   * `interrupt` that is pressed ends it (reason `key`), and is told itself by `key.pressed`. Without `language` it is
   * the installation's.
   */
  | {
      type: 'media.play';
      callId: CallId;
      legId: LegId;
      playId: PlayId;
      prompts: readonly Spoken[];
      then: 'music' | 'silence';
      interrupt?: string;
      language?: Language | undefined;
      /** Whose own prompts are heard instead of the built-in ones, where there are any; the first of them counts. */
      owners?: readonly string[];
    }
  | { type: 'media.music'; callId: CallId; legId: LegId }
  /** Music, out of any talk; what the leg says meanwhile is in no recording. A bridge ends it. */
  | { type: 'media.hold'; callId: CallId; legId: LegId }
  /** What the leg says is silence to all, and in recordings, until it is unmuted. */
  | { type: 'media.mute'; callId: CallId; legId: LegId; muted: boolean }
  /** Joins two legs; ends any play on either (its `play.ended` says `cut`). */
  | { type: 'media.bridge'; callId: CallId; a: LegId; b: LegId }
  /** Sends keys to the leg's far side, as events or tones (RFC 4733); they are not recorded as said. */
  | { type: 'media.press'; callId: CallId; legId: LegId; keys: string }
  /**
   * Keys of the leg's far side are wanted, also where they are only in its sound; they come as `key.pressed`.
   * `relay`: who hears the leg gets them too.
   */
  | { type: 'media.keys'; callId: CallId; legId: LegId; relay: boolean }
  | { type: 'media.unbridge'; callId: CallId; a: LegId; b: LegId }
  /** A third party in the talk of `on`: all hear each other. Hold, a bridge or its end takes a leg out again. */
  | { type: 'media.join'; callId: CallId; legId: LegId; on: LegId }
  /** Starts the stereo recording: left what the customer says, right what the agent says. */
  | {
      type: 'record.start';
      callId: CallId;
      recordingId: RecordingId;
      /** Relative to `RECORDINGS_DIR`, made by domain/recording. */
      path: string;
      left: LegId;
      right: LegId;
      /** It ends by itself when neither has spoken for so long. */
      quietMs?: Millis;
    }
  /** Silence in the file until it is resumed; twice is once. */
  | { type: 'record.pause'; callId: CallId; recordingId: RecordingId }
  | { type: 'record.resume'; callId: CallId; recordingId: RecordingId }
  | { type: 'record.stop'; callId: CallId; recordingId: RecordingId }
  /** Releases the call's media session once every leg is gone. */
  | { type: 'media.close'; callId: CallId }
  /** Claims it in PostgreSQL; comes back as `attempt.claimed` or `attempt.refused`. */
  | { type: 'attempt.claim'; attempt: AttemptSnapshot }
  /** Commits that its INVITE is to leave; comes back as `attempt.intended` or `attempt.refused`. */
  | {
      type: 'attempt.intend';
      attemptId: AttemptId;
      callId: CallId;
      agentId: AgentId;
      leaseUntil: Instant;
    }
  /** Closes what former lives left open; comes back as `attempts.lost`. */
  | { type: 'attempts.close' }
  | { type: 'timer.set'; timer: Timer; at: Instant }
  | { type: 'timer.clear'; timer: Timer }
  /** Fsynced in the journal, then replayed into PostgreSQL in order. */
  | { type: 'journal.write'; record: JournalRecord }
  /** A further event that belongs to this one; drained before anything from outside. */
  | { type: 'raise'; event: DomainEvent }
  /** For the desktops: push/project.ts decides who sees what of it. */
  | { type: 'notify'; notice: Notice }
  /** Asks the lookup of a caller again (its first answer was `unavailable` or late). */
  /** `placed`: we call him, and mean who has the number. */
  | { type: 'lookup.ask'; callId: CallId; number: string; storeId: string; placed: boolean };

/** Whom a leg of ours is dialled to. */
export type DialTarget =
  /**
   * `also`: his other phones that can be rung, which the engine adds; they ring as well, and one picks up. `nailed`:
   * over his own leg, which stands at that phone; the engine says so too.
   */
  | {
      kind: 'phone';
      agentId: AgentId;
      phoneId: PhoneId;
      also?: readonly PhoneId[];
      nailed?: true;
    }
  /**
   * In E.164, or as it is dialled where it has no such form; the trunks that may carry it, the best first. `by`: on
   * whose account it is, unless it is a call for help.
   */
  | { kind: 'number'; number: string; via: readonly TrunkId[]; by?: AgentId };

/** What the edge keeps for us on a dialog, enough to find the call again after a crash. */
export interface LegNote {
  callId: CallId;
  legId: LegId;
  role: LegRole;
  /** Missing: inbound. */
  direction?: CallDirection;
  agentId?: AgentId;
  queueId?: QueueId;
  waitingSince?: Instant;
  /** On the agent's leg: he has put the customer on hold at his desk. */
  held?: true;
  /** On the agent's leg: he asks somebody who has not answered yet. */
  asks?: true;
  /** On the leg of somebody of ours: nobody hears him. */
  muted?: true;
  /** On the agent's leg: its phone has sent the caller on, and only waits for what becomes of it. */
  sentOn?: true;
  offerId?: OfferId;
  /** On a leg to an outside number: the trunk that carries it; telephony's own. */
  trunkId?: TrunkId;
  /** On a leg over an agent's own, and on that itself, whose `callId` and `legId` are its `id`; telephony's own. */
  nailed?: NailedNote;
  /** On the leg of somebody whom an agent asks, and in whose place he may come. */
  consult?: {
    to: DialTarget;
    by: AgentId;
    recordings: { consult: RecordingId; talk: RecordingId };
    entryId: EntryId;
    hears: 'third' | 'customer' | 'all';
    /** He is of another store, and there the customer goes with him. */
    takerQueueId?: QueueId;
  };
  /** On the leg to an outside number that talks with the customer: who sent him there. */
  forwarded?: { by: AgentId; number: string };
  /** On the caller's leg: he is laid aside. */
  parked?: ParkedNote;
  /** On the customer's leg: what a call is rebuilt from when the database knows nothing of it. */
  caller?: {
    from: string;
    to: string;
    hotline: string;
    trunkId: TrunkId;
    ids: { entryId: EntryId; leadId: LeadId; promiseId: PromiseId };
    /** His place in a line depends on it; missing where nothing does. */
    standing?: CallerFacts;
  };
  /** On the caller's leg: he is asked or told something, and does not simply wait or talk. */
  dialogue?: DialogueNote;
  /** On the caller's leg: his latest talks that are over, whose files may not be finished yet. */
  earlier?: readonly EarlierTalk[];
}

/** Enough of what a caller is asked or told to go on with it. */
export interface DialogueNote {
  /** He asked for it himself while he waited; or why nobody takes him. */
  about: 'callback' | Absence;
  opensAt?: Instant;
  /** The number that he keyed in. */
  given?: string;
  /** The number at which he is promised a call. */
  promised?: string;
  /** Those at which he was promised it before. */
  former?: readonly string[];
  /** His number is settled. */
  settled?: true;
  /** He is leaving this message. */
  message?: RecordingId;
}

/** An agent's own leg, which outlives the calls that he is given over it. */
export interface NailedNote {
  id: LegId;
  phoneId: PhoneId;
  /** Of our last description of media (RFC 3264 §8). */
  version: number;
}

/** A talk of a call that went on without its agent. */
export interface EarlierTalk {
  recordingId: RecordingId;
  agentId: AgentId;
  /** Where the call went over to another store since; else that of the call. */
  storeId?: StoreId;
}
