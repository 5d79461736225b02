/** What a call's media are made with, what is ordered of them, and what is shown of them. */
import type { Dropped } from './messages';
import type { Wanted } from './prompt-choice';
import type { RecordingView, SessionRecordingsOptions } from './session-recordings';
import type { StreamPurpose } from './stream-places';
import type { Streams } from './streams';
import type { Monitoring } from './talk';
import type { WorkerEvent } from './worker-link';

export interface PlayOrder extends Wanted {
  play: string;
  then: 'music' | 'silence';
  /** Keys of the far side that end it; none by default. */
  interrupt?: string | undefined;
  /** Into what it hears of its talk, which goes on; there is no `then`. */
  mixed?: boolean | undefined;
}

export interface StreamOrder {
  /** Addresses and CIDRs of its senders; they stay as they are when not given. */
  from?: readonly string[] | undefined;
  /** Of a new one; a talk unless told. */
  purpose?: StreamPurpose | undefined;
}

export interface OfferOrder extends StreamOrder {
  /** The endpoint whose codec is listed first. */
  like?: string | undefined;
  /** It demands encryption, or has none; as it is when not given. */
  secure?: boolean | undefined;
}

/** `monitoring` is there for monitors only; their `bridgedTo` is null. */
export interface EndpointView {
  endpoint: string;
  /** In a conference of more than two the one of the others who was there first. */
  bridgedTo: string | null;
  /** Its far side has us on hold. */
  holds?: true;
  monitoring?: Monitoring<string>;
}

/** What `session.list` shows of it. */
export interface SessionView {
  session: string;
  note: string;
  endpoints: EndpointView[];
  recordings: RecordingView[];
}

export interface MediaSessionOptions extends SessionRecordingsOptions {
  owner: string;
  id: string;
  streams: Streams;
  /** Names of the clips that a play is made of. Throws `bad-request`, `unknown-prompt`. */
  choosePrompts: (wanted: Wanted) => string[];
  /** What a worker would tell of an endpoint that is in none. */
  tell: (event: WorkerEvent) => void;
  /** An endpoint that closed had dropped packets of others: misrouted sound, or somebody injecting. */
  onDropped: (endpoint: string, packets: Dropped) => void;
}
