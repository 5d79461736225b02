import type {
  ControlEvent,
  FlowPlace,
  GuardStatus,
  LiveDialog,
  Params,
  WaitingInvite,
} from './protocol';

/**
 * The seam between signalling (gateway) and control inside the edge. edge.ts makes both and hands
 * each the other; neither imports the other's classes.
 */

/** What control asks of signalling. Implemented by the gateway. */
export interface DialogDirectory {
  /** Established INVITE dialogs of this app name. */
  list(app: string): LiveDialog[];
  /** Resolves when the list is whole: callers of a fallen edge are in it, or are callers no more. */
  whole(): Promise<void>;
  /** Unanswered INVITEs that wait for this app and that it had noted. */
  invites(app: string): WaitingInvite[];
  /** One that is answered or gone needs no note any more. */
  noteInvite(app: string, invite: { callId: string; fromTag: string }, note: DialogNote): void;
  /** Keeps the note and the media link; false when there is no such dialog. */
  note(app: string, dialogId: string, note: DialogNote): boolean;
  /** The app has rebuilt its legs: tell the ends it missed through `TellApp`. */
  reattached(app: string): void;
  hotlines(app: string, list: HotlineList): void;
}

/** What control asks of the guards of signalling. Implemented by the gateway. */
export interface GuardDirectory {
  status(): GuardStatus;
  /** Forgets what is held against the address; false when nothing is. */
  unblock(address: string): boolean;
}

/** What control asks of the connections to signalling. Implemented by the gateway. */
export interface FlowDirectory {
  /** Those of the places from where nobody is connected any more. */
  endedOf(flows: readonly FlowPlace[]): FlowPlace[];
}

/** What is told of claims. */
export interface ClaimListener {
  /** Whoever has this epoch is active in the cell from now on, and nobody else. */
  given?(cell: string, epoch: number): void;
  /** That life was silent for too long while another asks. */
  cut?(cell: string, life: string): void;
}

/** What signalling asks of the claims. Implemented by control. */
export interface ClaimDirectory {
  /**
   * Whether an app with these tags, its name first, may be heard: in a cell that has been claimed it names the
   * present epoch in another one (`epoch:7`).
   */
  mayConnect(tags: readonly string[]): boolean;
  listen(listener: ClaimListener): void;
}

/** What an app keeps with a dialog. */
export type DialogNote = Omit<Params<'dialog.note'>, 'dialogId'>;

/** What an app says of its hotlines and of the trunks that bring their callers. */
export type HotlineList = Params<'hotlines'>;

/**
 * How signalling tells an app of an event; kept by control until the app acknowledges it, which
 * `acknowledged` is told.
 */
export type TellApp = (app: string, event: ControlEvent, acknowledged?: () => void) => void;

/** What signalling asks of media while the app is away. Implemented by the control server. */
export interface MediaDirectory {
  /** True while the endpoint is bridged to another that lives. */
  isBridged(session: string, endpoint: string): boolean;
  /** The endpoint's dialog is gone and no app is there to say so: closes it, finishes recordings. */
  release(session: string, endpoint: string): void;
}
