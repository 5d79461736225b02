import type { StreamPurpose } from '../media/stream-places';
import type { Said } from '../media/prompt-choice';
import type { SentencePart } from '../media/sentences/part';

/**
 * The control protocol between app and edge: JSON lines over TCP, one object a line, UTF-8, at most
 * 256 KB a line. The app sends commands with ids; the edge answers each with `{id, ok: true, …}` or
 * `{id, ok: false, error}` and sends events with sequence numbers of their own. That something was done for
 * which no app waits is said with the next line, or 20 ms later. Events are kept (per
 * app name) until acknowledged and sent again after a reconnect, so that nothing which happened while
 * the app was away is lost.
 *
 * The first command must be `hello` with the shared secret (MEDIA_SECRET); anything else, or a wrong
 * secret, is answered once and the connection is closed.
 *
 * Ids of sessions, endpoints and recordings are chosen by the app: a session is a call, an endpoint
 * one leg's RTP stream. All endpoints of a session live in one worker.
 */
export interface ControlCommands {
  /**
   * `app` is the app's name: the first tag of its drachtio connection. `claims`: it will ask for the claim of the
   * cell of that name, and is told nothing until it has it. Without `claims` it is the app of that name at once, and
   * an older connection is closed, unless somebody has claimed the cell before.
   */
  hello: {
    params: { secret: string; app: string; claims?: boolean };
    result: { edge: string; version: string; files?: EdgeFiles };
  };
  /**
   * The claim of the cell: one active app at a time (claim.ts says who). `life`: of this start of the app; `process`
   * as process-mark.ts writes it. Whoever has it asks again once a second, with the epoch that it `had`; if that is
   * over, `granted` is false and `epoch` another: it is to stop at once. `above`: somebody has seen that epoch, and the
   * one that is given must be greater. With a new epoch the connections of older ones are closed, those of drachtio
   * as well: there the epoch is named by a tag behind the name, `epoch:7`. Until it is granted, and once it is over,
   * only what reads is carried out; all else is refused, `no-claim`.
   */
  claim: {
    params: { life: string; process?: string; had?: number; above?: number };
    result: { granted: boolean; epoch: number };
  };
  /** Gives it back: the next who asks has it. */
  'claim.release': { params: Empty; result: Empty };
  /** Everything up to `seq` was handled; the edge may forget it. */
  ack: { params: { seq: number }; result: Empty };
  /** The app has rebuilt its legs: now lost BYEs and other facts about dialogs may be told. */
  reattached: { params: Empty; result: Empty };
  /**
   * What the edge needs to serve callers by itself while the app is away; kept on its disk. An INVITE
   * counts as a hotline's when it comes from one of the trunks and asks for one of the numbers.
   */
  hotlines: { params: { hotlines: EdgeHotline[]; trunks: EdgeTrunk[] }; result: Empty };

  /** What the edge counted and whom it holds back now. Error `unavailable` on a media-only edge. */
  'guard.list': { params: Empty; result: GuardStatus };
  /** Forgets what is held against the address. Error `unavailable` on a media-only edge. */
  'guard.unblock': { params: { address: string }; result: { unblocked: boolean } };

  /**
   * Of these far ends of TCP, TLS and WebSocket connections, at most 1000, those from where nobody is connected
   * any more: phones that had registered that way are gone. Asked after every connection, since `flow.ended` is
   * told to an app that is here only. Error `unavailable` on a media-only edge.
   */
  'flow.check': { params: { flows: FlowPlace[] }; result: { ended: FlowPlace[] } };

  'dialog.list': { params: Empty; result: { dialogs: LiveDialog[]; invites: WaitingInvite[] } };
  /**
   * Opaque note (at most 1 KB) on an INVITE that is not answered yet, by the names that SIP gives it: it
   * comes back with `dialog.list`, or in `caller.served` when the edge served its caller alone. The dialog
   * that its answer makes begins with all of this, should the app fall before it says so of the dialog.
   */
  'invite.note': {
    params: {
      callId: string;
      fromTag: string;
      session?: string;
      endpoint?: string;
      note: string;
      recover?: boolean;
    };
    result: Empty;
  };
  /**
   * Opaque note (at most 1 KB) and the media that belongs to the dialog. `recover`: a caller whom an edge
   * that fell is to take up again, with new media in the same session and endpoint (SIP_RECOVER).
   */
  'dialog.note': {
    params: {
      dialogId: string;
      session?: string;
      endpoint?: string;
      note: string;
      recover?: boolean;
    };
    result: Empty;
  };

  'session.list': { params: Empty; result: { sessions: LiveSession[] } };
  /** Creates the session when it does not exist. Opaque note, at most 1 KB. */
  'session.note': { params: { session: string; note: string }; result: Empty };
  /** Closes all endpoints; recordings are finished and told by `record.finished`. */
  'session.close': { params: { session: string }; result: Empty };

  /**
   * Answers an SDP offer (RFC 3264); session and endpoint are made as needed. Error `no-codec`. `from`:
   * the addresses and CIDRs of a trunk, outside of which no sender is learned that the SDP does not
   * name; without it what was told before stays. `near`: the session in whose worker a new one begins, because
   * an endpoint may have to move between the two. `purpose`: for whom a new endpoint is; without it for a talk that
   * has begun. Error `capacity` when the streams that it may have are in use. `crowded`: most of those that callers
   * may have are in use.
   *
   * A new endpoint whose offer is `inactive` both ways rests: it has no stream until somebody is to talk with it, or a
   * later offer wants packets, which is `capacity` while none is free for a caller and nobody else is in the session; it
   * rests on then. What is played to
   * it meanwhile is cut; other orders count when it goes on.
   */
  'endpoint.answer': {
    params: {
      session: string;
      endpoint: string;
      offer: string;
      from?: string[];
      near?: string;
      purpose?: StreamPurpose;
    };
    result: { answer: string; crowded?: true };
  };
  /**
   * Makes an offer; `like` names the endpoint whose codec is listed first; `from` as above. `secure`: it
   * demands SRTP (RTP/SAVP with `a=crypto`), and an answer without is `no-codec`; else it has none. When
   * not given, a stream that is encrypted stays so. `near`, `purpose` and `crowded` as above.
   */
  'endpoint.offer': {
    params: {
      session: string;
      endpoint: string;
      like?: string;
      from?: string[];
      secure?: boolean;
      near?: string;
      purpose?: StreamPurpose;
    };
    result: { offer: string; crowded?: true };
  };
  /** The answer to our offer. Error `no-codec`. */
  'endpoint.accept': {
    params: { session: string; endpoint: string; answer: string };
    result: Empty;
  };
  /**
   * The endpoint becomes one of the session `to`, under its own name: its stream goes on, it leaves the talk it
   * is in, and recordings of it that run in its former session run on there. Error `bad-request` when the two are
   * in different workers, or `to` has one of that name.
   */
  'endpoint.move': { params: { session: string; endpoint: string; to: string }; result: Empty };
  'endpoint.close': { params: { session: string; endpoint: string }; result: Empty };
  /**
   * Prompts by key (`firstOf`: the first of several that there is), and sentences, one after the other, then music or silence. Ends in `play.ended`. What
   * `language` lacks is said in one of the same tongue, in the hotline's (`otherwise`), in English, in any.
   * `interrupt`: keys (0-9, *, #, A-D) of which the first one pressed ends it. Error `unknown-prompt` when no
   * language has it, `bad-request` for a part that cannot be said; what was heard goes on then.
   * `mixed`: into what the endpoint hears of its talk, which goes on; `then` is ignored. Nobody else hears it,
   * and no recording has it. It is cut when the endpoint leaves the talk or another play begins; `bad-request`
   * when it is in none.
   */
  'endpoint.play': {
    params: {
      session: string;
      endpoint: string;
      play: string;
      prompts: Said[];
      language: string;
      otherwise?: string;
      then: 'music' | 'silence';
      interrupt?: string;
      mixed?: boolean;
    };
    result: Empty;
  };
  /**
   * Reads the files of prompts and music again, the store's own over the built-in set; plays that go on keep
   * what they have. `own`: files of the store's that are heard; `unusable`: those that cannot be.
   */
  'prompts.reload': {
    params: Empty;
    result: { own: number; unusable: { file: string; reason: string }[] };
  };
  'endpoint.music': { params: { session: string; endpoint: string }; result: Empty };
  /**
   * On hold: music, out of any talk. Unless `record`, what the far side says meanwhile is silence in every
   * recording, to the sample, and a gap of cause `hold`. A bridge, or any other source, ends it.
   */
  'endpoint.hold': {
    params: { session: string; endpoint: string; record?: boolean };
    result: Empty;
  };

  /**
   * What the far side says is silence to all who hear it, and in every recording (a gap of cause `hold`), until
   * it is unmuted, whatever else is ordered meanwhile. Packets go on, and so do key presses told as events.
   */
  'endpoint.mute': {
    params: { session: string; endpoint: string; muted: boolean };
    result: Empty;
  };

  /**
   * Keys are wanted of the endpoint's far side: from now on they are also found in its sound, if it agreed
   * on no telephone events (RFC 4733; those are told without being asked for). `relay`: whether presses
   * that begin from now on also go on to those who hear the endpoint (as until then), or are commands and
   * end here: events are not passed on, and of a tone nothing after its first 40 ms. Recordings keep what
   * was said, tones as well.
   */
  'endpoint.keys': {
    params: { session: string; endpoint: string; relay: boolean };
    result: Empty;
  };

  /**
   * Sends keys (1 to 64 of `0123456789*#ABCD`) to the far side, each 100 ms long and 100 ms apart: as
   * telephone events, or as tones if it agreed on none. What it hears otherwise is left out meanwhile; a
   * prompt waits. Another order is appended. While the far side is on hold, they pass unheard.
   */
  'endpoint.press': {
    params: { session: string; endpoint: string; keys: string };
    result: Empty;
  };
  /**
   * The far side told by SIP INFO that a key was pressed: told by `endpoint.key` like any other, and
   * passed on, if keys are, as an event or a tone of that length (at most 10 s). One that came as an event or
   * a tone as well is no news. Of a partner's presses at most 32 wait for their turn.
   */
  'endpoint.pressed': {
    params: { session: string; endpoint: string; key: string; durationMs: number };
    result: Empty;
  };

  /** Packet-driven bridge of two endpoints; cuts any play on either. */
  bridge: { params: { session: string; a: string; b: string }; result: Empty };
  unbridge: { params: { session: string; a: string; b: string }; result: Empty };

  /**
   * A third party, equal to the others, in the talk of `on`: all hear each other, mixed every 20 ms. Cuts
   * any play on the endpoint. Error `bad-request` when `on` talks with nobody.
   */
  'conference.join': { params: { session: string; endpoint: string; on: string }; result: Empty };
  /** The endpoint hears silence; the other two are a packet-driven bridge again. */
  'conference.leave': { params: { session: string; endpoint: string }; result: Empty };

  /**
   * A supervisor's endpoint attends the talk of `on`, the agent's. He hears all parties; `listen`: nobody
   * hears him; `whisper`: only `on` does; `barge`: all do. He is in no recording of theirs. The talk is
   * mixed meanwhile and neither interrupted at the beginning nor at the end. When `on` leaves the talk, or
   * it ends, so does this; when he is in it already, it is changed. Error `bad-request` when `on` talks
   * with nobody, or the endpoint is one of the parties.
   */
  'monitor.join': {
    params: { session: string; endpoint: string; on: string; mode: MonitorMode };
    result: Empty;
  };
  /** From the next 20 ms on. Error `bad-request` when the endpoint monitors nobody. */
  'monitor.change': {
    params: { session: string; endpoint: string; mode: MonitorMode };
    result: Empty;
  };
  /** The endpoint hears silence. Monitoring that has ended already needs no ending. */
  'monitor.leave': { params: { session: string; endpoint: string }; result: Empty };

  /**
   * Stereo WAV: left what `left` sends us, right what `right` sends us; without `right` a WAV of one
   * channel (a supervisor, a further party). A-law at 8 kHz, or 16 bit at 16 kHz when a side is G.722 at
   * this moment. Path is relative. Nothing is recorded but by this command: no queue, no menu, no rating;
   * of one endpoint several recordings may run at a time. After 8 hours it ends by itself, as by
   * `record.stop`; with `quietMs` also when nothing but silence has come from either for so long. Error
   * `bad-request` while another recording, in whatever session, bears the name.
   */
  'record.start': {
    params: {
      session: string;
      recording: string;
      path: string;
      left: string;
      right?: string;
      quietMs?: number;
    };
    result: Empty;
  };
  /**
   * All channels are silence from here to `record.resume`, to the sample, and the manifest says so. Twice
   * the same changes nothing. Error `unknown-recording` once it is over.
   */
  'record.pause': { params: { session: string; recording: string }; result: Empty };
  'record.resume': { params: { session: string; recording: string }; result: Empty };
  /** The same error; nothing while the file is being finished because one of its endpoints was closed. */
  'record.stop': { params: { session: string; recording: string }; result: Empty };
  /**
   * Where `hello` told of `files`: the recordings whose `record.finished` this app has acknowledged, and
   * which it has not fetched, oldest first, at most 200; `next` is the `after` of the following ones, null
   * at the end.
   */
  'record.owed': {
    params: { after?: number };
    result: { files: OwedFile[]; next: number | null };
  };
  /**
   * The app has the file and its manifest on its own disk, whole and fsynced: the edge deletes its own.
   * What is not owed to the app is left alone.
   */
  'record.fetched': { params: { recording: string }; result: Empty };
}

export type CommandName = keyof ControlCommands;
export type Params<C extends CommandName> = ControlCommands[C]['params'];
export type Result<C extends CommandName> = ControlCommands[C]['result'];
export type Empty = Record<string, never>;

/** A part of a sentence that carries a value: `prompts` of `endpoint.play` may have them beside keys. */
export type { SentencePart };

/**
 * Finished recordings are to be fetched by HTTP (sip/handover): `GET <url>/<recording>/sound`, which takes
 * `Range: bytes=<n>-` and has the SHA-256 for its ETag, and `GET <url>/<recording>/manifest`.
 */
export interface EdgeFiles {
  /** Without a slash at its end; the app's own. */
  url: string;
  /**
   * Stands in the file `.openline-edge` of the edge's recordings folders. An app that finds the same one in
   * its own folder shares it: there is nothing to fetch, and above all nothing to delete.
   */
  folder: string;
}

/** A finished recording that its app has not fetched yet. */
export interface OwedFile {
  recording: string;
  /** Relative to the recordings folder. */
  path: string;
  bytes: number;
  sha256: string;
}

/** The far end of a connection, as drachtio names the source of what comes by it. */
export interface FlowPlace {
  address: string;
  port: number;
}

export type MonitorMode = 'listen' | 'whisper' | 'barge';

/** What strangers tried, since the edge started, and who is limited or blocked at this moment. */
export interface GuardStatus {
  /** By reason (docs/operations.md, "Guard"). */
  counters: Record<string, number>;
  /** At most 200, the most persistent first. */
  sources: GuardedSource[];
  /** How many sources more there are. */
  more: number;
}

/** Times in milliseconds since the epoch. */
export interface GuardedSource {
  address: string;
  why: 'flood' | 'scanner' | 'digest' | 'secret';
  since: number;
  /** When it is over, if nothing more comes from there. */
  until: number;
  /** Messages (of `secret`: connections) that were not served meanwhile. */
  dropped: number;
}

/** An unanswered INVITE that will be delivered to the app again; `note` is empty when it had noted nothing of it. */
export interface WaitingInvite {
  callId: string;
  fromTag: string;
  note: string;
  /** Milliseconds since the epoch. */
  arrivedAt: number;
}

/** A number whose callers are never refused, and the language that they are spoken to in. */
export interface EdgeHotline {
  number: string;
  language: string;
}

/** Where a trunk's calls come from: `address`, `address:port`, `[v6]:port` or CIDR. */
export interface EdgeTrunk {
  id: string;
  from: string[];
  /** User part of the contact that is registered at its carrier: calls to it are to the number in To. */
  contact?: string;
  /** How the called number is read out of its INVITEs; without this it is the user of the Request-URI. */
  called?: EdgeCalled;
}

/** `called-party`: P-Called-Party-ID (RFC 7315 §4.2); `diversion`: from where it was last diverted (RFC 5806). */
export type CalledSource = 'uri' | 'to' | 'called-party' | 'diversion';

export interface EdgeCalled {
  /** The first of these that the INVITE has. */
  sources?: CalledSource[];
  /**
   * In order; the first that matches is the last unless it `goesOn`. `match` is a regular expression of the whole
   * number, whose first group is kept behind `replace`.
   */
  rules?: { match: string; replace: string; goesOn: boolean }[];
}

/** An established INVITE dialog, with the texts that a drachtio-srf `Dialog` is rebuilt from. */
export interface LiveDialog {
  dialogId: string;
  role: 'uas' | 'uac';
  /** The INVITE as received (uas) or as sent (uac). */
  invite: string;
  /** The 200 as sent (uas) or as received (uac). */
  response: string;
  /** Where the INVITE came from or went to. */
  remote: { protocol: string; address: string; port: number };
  /** Milliseconds since the epoch. */
  establishedAt: number;
  note: string;
  session?: string;
  endpoint?: string;
}

export interface LiveSession {
  session: string;
  note: string;
  endpoints: LiveEndpoint[];
  recordings: { recording: string; path: string; startedAt: number; paused: boolean }[];
}

export interface LiveEndpoint {
  endpoint: string;
  /** Of several others in a conference the one who was there first; null for monitors. */
  bridgedTo: string | null;
  /** Its far side listens no more: it has us on hold (RFC 3264 §8.4). */
  holds?: true;
  /** Of monitors only. */
  monitoring?: { on: string; mode: MonitorMode };
}

export type ControlEvent =
  /** `cut`: something else took its place; `key`: by one of the keys that were to end it. */
  | {
      event: 'play.ended';
      session: string;
      endpoint: string;
      play: string;
      reason: 'finished' | 'cut' | 'key';
    }
  | {
      event: 'record.finished';
      session: string;
      recording: string;
      file:
        | {
            result: 'stored';
            /** Relative to `RECORDINGS_DIR`, or with `folder` to `RECORDINGS_DIR_2`. */
            path: string;
            folder?: 2;
            startedAt: number;
            durationMs: number;
            bytes: number;
            sha256: string;
            /**
             * Milliseconds that are missing, by cause (`loss`, `silence-suppressed`, `hold`, `paused`,
             * `unheard`, `disk`, `edge-killed`), both sides added up. Where: in `<path>.json`.
             */
            gapsMs: Record<string, number>;
            /** False is a bug of the edge: packets expected are not those received and lost. */
            reconciles: boolean;
          }
        | { result: 'failed'; reason: string };
    }
  /**
   * The disk of a running recording: `moved`, all of it is in `folder` now; `refused`, no folder takes it,
   * which is tried again with every window; `taken`, one does again. The talk goes on, and so does the
   * recording; what it lacks in the end is a gap of cause `disk`. Each state is told once of a recording.
   */
  | {
      event: 'record.disk';
      session: string;
      recording: string;
      state: 'moved' | 'refused' | 'taken';
      /** 1: `RECORDINGS_DIR`, 2: `RECORDINGS_DIR_2`; null when it could not begin yet. */
      folder: 1 | 2 | null;
      reason: string;
    }
  /**
   * How the far side of an endpoint is received: every 5 s since the one before, and at its end, `final`,
   * over its life. Nothing while nothing is to be received. Only the last of an endpoint is kept unread.
   */
  | {
      event: 'endpoint.quality';
      session: string;
      endpoint: string;
      final: boolean;
      quality: EndpointQuality;
    }
  /**
   * The far side pressed a key, one of `0123456789*#ABCD`: by telephone events, in its sound (when asked,
   * `endpoint.keys`), or by INFO. Told once for each press, when the key is up again.
   */
  | { event: 'endpoint.key'; session: string; endpoint: string; key: string; durationMs: number }
  /**
   * The connection ended by which a phone had come whose REGISTER this app accepted. A phone that registers
   * anew does so from another port.
   */
  | ({ event: 'flow.ended' } & FlowPlace)
  /** A dialog that ended while the app was away; told after `reattached`. */
  | {
      event: 'dialog.ended';
      dialogId: string;
      session?: string;
      endpoint?: string;
      note: string;
      cause:
        'bye' | 'orphan-limit' | 'ack-timeout' | 'edge-stopped' | 'session-expired' | 'announced';
      /** When it ended; `at` is when it could be told. Milliseconds since the epoch. */
      endedAt: number;
    }
  /** An INFO that was answered 200 in the app's place; told after `reattached`. */
  | {
      event: 'dialog.info';
      dialogId: string;
      note: string;
      contentType: string;
      body: string;
      receivedAt: number;
    }
  /**
   * A caller whom the edge served by itself because the app was away: told until it is acknowledged,
   * also by an edge that was restarted. `id` is the edge's, for a fact that comes twice.
   */
  | ({ event: 'caller.served'; id: string } & ServedCaller)
  /**
   * Somebody wants the edge to end. `draining`: new callers are sent to another edge, and it ends with its
   * last call; `waiting` and `closing`: there is no other edge, callers are taken as ever.
   */
  | { event: 'edge.departure'; state: 'waiting' | 'closing' | 'draining' }
  /** A worker thread fell and took these sessions along. */
  | { event: 'session.lost'; session: string; reason: string };

export interface EndpointQuality {
  /** Packets that the far side's sequence numbers promise, and how many of them did not come. */
  expected: number;
  lost: number;
  /** Interarrival jitter (RFC 3550 A.8). */
  jitterMs: number;
  /** There and back by RTCP; null when the far side sends no reports. */
  roundTripMs: number | null;
  /** Mean opinion score by the E-model (ITU-T G.107), 1..4.5. */
  mos: number;
}

/** What became of a caller without the app. Times in milliseconds since the epoch. */
export interface ServedCaller {
  /** His INVITE as it came; the number and all else about him stand in it. */
  invite: string;
  hotline: string;
  trunkId: string;
  /** What the app had noted on the call before it went; empty when it never knew of it. */
  note: string;
  arrivedAt: number;
  /** Null when he never was. */
  answeredAt: number | null;
  endedAt: number;
  /**
   * He was told that he will be called back, or that he cannot be; he left before; or he was refused, for want of a
   * stream by which to tell him (and is called back), or of anything usable in his offer.
   */
  result: 'promised' | 'no-number' | 'left' | 'over-capacity' | 'no-media';
}

export type EventLine = ControlEvent & { seq: number; at: number };
export type CommandLine = { id: number; command: CommandName; params: unknown };
export type ReplyLine =
  | ({ id: number; ok: true } & Record<string, unknown>)
  | { id: number; ok: false; error: ControlError; message: string };

export type ControlError =
  | 'unauthorised'
  | 'no-claim'
  | 'bad-request'
  | 'unknown-command'
  | 'unknown-session'
  | 'unknown-endpoint'
  | 'unknown-dialog'
  | 'unknown-recording'
  | 'unknown-prompt'
  | 'no-codec'
  | 'bad-sdp'
  | 'capacity'
  | 'unavailable'
  | 'failed';
