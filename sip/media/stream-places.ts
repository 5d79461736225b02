/**
 * For whom the last streams of the media are kept, so that a rush of callers takes neither the agents from those who
 * were taken, nor the word from those who were not, nor help from anybody. Pure.
 *
 *     0          75 %      85 %   88 %             98 %   100 %
 *     |- callers -|-crowded-|- talk -|- announcement -|- help -|
 */

/**
 * Of a new caller; of a talk that has begun, or is to (an agent's phone, who is sent on to); of a short announcement to
 * somebody for whom there is nothing else; of a call for help.
 */
export type StreamPurpose = 'caller' | 'talk' | 'announcement' | 'help';

/** Up to how many streams each purpose may have. */
export interface Places {
  /** All that there are: a call for help takes any. */
  all: number;
  /** New callers are taken while callers and talks have less than these. */
  callers: number;
  /** Callers and talks together. */
  talks: number;
  /** For announcements alone; 0 where there are too few to keep any. */
  announcements: number;
  /** For help alone. */
  help: number;
  /** With so many in use it is time to offer callers something else than to wait. */
  crowded: number;
}

/** Streams in use; callers and talks are one. */
export interface PlacesTaken {
  talks: number;
  announcements: number;
  help: number;
}

const CALLERS_SHARE = 0.85;
const CROWDED_SHARE = 0.75;
const ANNOUNCEMENTS_SHARE = 0.1;
/** With fewer than these one kept for announcements would be the one that an agent needs. */
const SHARED_FROM = 4;
/** A call for help is two: the phone's and the gateway's. One at a time for each hundred, at most five. */
const HELP_STREAMS = 2;
const HELP_FROM = 40;
const MOST_HELP = 10;

/** How `maxStreams`, at least 1, are divided. With one, a caller has it. */
export function placesOf(maxStreams: number): Places {
  const kept = Math.floor(maxStreams * ANNOUNCEMENTS_SHARE);
  const announcements = maxStreams < SHARED_FROM ? 0 : Math.max(1, kept);
  const hundreds = Math.max(1, Math.floor(maxStreams / 100));
  const help = maxStreams < HELP_FROM ? 0 : Math.min(MOST_HELP, HELP_STREAMS * hundreds);
  const talks = maxStreams - announcements - help;
  const callers = Math.min(Math.floor(maxStreams * CALLERS_SHARE), talks - 1);
  const crowded = Math.max(1, Math.floor(maxStreams * CROWDED_SHARE));
  return { all: maxStreams, callers: Math.max(1, callers), talks, announcements, help, crowded };
}

/**
 * Whether one more may have a stream. What announcements and help have beyond what is kept for them is taken from
 * the rest. An announcement has what is kept, and what a new caller would have.
 */
export function hasPlace(places: Places, taken: PlacesTaken, purpose: StreamPurpose): boolean {
  if (taken.talks + taken.announcements + taken.help >= places.all) return false;
  const beyond = (one: 'announcements' | 'help') => Math.max(0, taken[one] - places[one]);
  const shared = taken.talks + beyond('announcements') + beyond('help');
  switch (purpose) {
    case 'help':
      return true;
    case 'talk':
      return shared < places.talks;
    case 'announcement':
      return taken.announcements < places.announcements || shared < places.callers;
    case 'caller':
      return shared < places.callers;
  }
}

/** Callers are many: of what they and talks may have, most is taken. */
export const isCrowded = (places: Places, { talks, announcements, help }: PlacesTaken): boolean =>
  talks + announcements + help >= places.crowded;
