/**
 * What an agent has of a desktop: the pages that he has open, which count as one. What becomes of them is
 * desktop-machine.ts's.
 */
import type { DesktopId } from '../ids';
import type { AgentView } from '../notices';
import { seconds, type Instant, type Millis } from '../time';

/** A page that is loaded anew, a notebook that changes its network: back within this, nothing has happened. */
export const GRACE_MS: Millis = seconds(20);
/** The ring waits this long for the desktop's receipt, counted from the push. */
export const RECEIPT_MS: Millis = 150;
/** A desktop that left so many receipts out in a row holds up no ring any more. */
const RECEIPTS_MISSED = 2;

/** `missed`: receipts that did not come in time, in a row. `atStart`: it was there before this app started. */
export type Desktop =
  | { readonly is: 'none' }
  | {
      readonly is: 'open';
      readonly since: Instant;
      readonly tabs: readonly DesktopId[];
      readonly missed: number;
    }
  | { readonly is: 'lost'; readonly since: Instant; readonly atStart?: true };

export const NO_DESKTOP: Desktop = { is: 'none' };

/** Has it shown lately that it confirms what it is sent? */
export const isAnswering = (desktop: Desktop): boolean =>
  desktop.is === 'open' && desktop.missed < RECEIPTS_MISSED;

export const desktopView = (desktop: Desktop): AgentView['desktop'] => ({
  state: desktop.is,
  since: desktop.is === 'none' ? null : desktop.since,
  answers: isAnswering(desktop),
});
