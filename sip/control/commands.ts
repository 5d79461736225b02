/**
 * What each command does: a table from names to the media engine and the dialogs. Who is connected,
 * and whether the params have their shape, was decided before.
 */
import { MediaFailure } from '../media/failure';
import type { MediaEngine } from '../media/engine-port';
import type { MediaSession } from '../media/session';
import { ControlFailure } from './failure';
import type { DialogDirectory, FlowDirectory, GuardDirectory } from './ports';
import type { CommandName, Empty, Params, Result } from './protocol';

/** Who it is, and what it may do, belongs to the connection. */
export type AppCommand = Exclude<CommandName, 'hello' | 'claim' | 'claim.release'>;

/** They change nothing: an app without the claim may say these, too. */
const READING: ReadonlySet<CommandName> = new Set([
  ...(['guard.list', 'flow.check', 'dialog.list', 'session.list', 'record.owed'] as const),
]);

export const isReading = (command: CommandName): boolean => READING.has(command);

export type Commands = {
  [C in AppCommand]: (app: string, params: Params<C>) => Result<C> | Promise<Result<C>>;
};

export interface CommandWorld {
  media: MediaEngine;
  dialogs: DialogDirectory;
  /** Undefined on a media-only edge: signalling is somebody else's, and so is its guard. */
  guard: GuardDirectory | undefined;
  flows: FlowDirectory | undefined;
  ack: (app: string, seq: number) => void;
}

/** The commands throw or reject with `ControlFailure` or `MediaFailure`. */
export function makeCommands({ media, dialogs, guard, flows, ack }: CommandWorld): Commands {
  const find = (app: string, session: string): MediaSession => {
    const found = media.find(app, session);
    if (found === null) throw new MediaFailure('unknown-session', session);
    return found;
  };
  const guarding = (): GuardDirectory => {
    if (guard === undefined) throw new ControlFailure('unavailable', 'no signalling here');
    return guard;
  };
  return {
    ack: (app, { seq }) => none(ack(app, seq)),
    reattached: (app) => none(dialogs.reattached(app)),
    hotlines: (app, list) => none(dialogs.hotlines(app, list)),

    'guard.list': () => guarding().status(),
    'guard.unblock': (_app, { address }) => ({ unblocked: guarding().unblock(address) }),

    'flow.check': (_app, asked) => {
      if (flows === undefined) throw new ControlFailure('unavailable', 'no signalling here');
      return { ended: flows.endedOf(asked.flows) };
    },

    'dialog.list': async (app) => {
      await dialogs.whole();
      return { dialogs: dialogs.list(app), invites: dialogs.invites(app) };
    },
    'invite.note': (app, { callId, fromTag, ...note }) =>
      none(dialogs.noteInvite(app, { callId, fromTag }, note)),
    'dialog.note': (app, { dialogId, ...note }) => {
      if (!dialogs.note(app, dialogId, note)) throw new ControlFailure('unknown-dialog', dialogId);
      return {};
    },

    'session.list': (app) => ({ sessions: media.list(app) }),
    'session.note': (app, { session, note }) => {
      media.open(app, session).note = note;
      return {};
    },
    // What is closed already needs no closing: legs, recordings and their call end in any order.
    'session.close': async (app, { session }) => {
      const open = media.find(app, session);
      return none(open === null ? undefined : await media.closeSession(open));
    },

    'endpoint.answer': (app, { session, endpoint, offer, near, ...order }) =>
      inNewSession(media, app, { session, near, offer }, async (opened) => ({
        answer: await opened.answer(endpoint, offer, order),
        ...crowded(media),
      })),
    'endpoint.offer': (app, { session, endpoint, near, ...order }) =>
      inNewSession(media, app, { session, near }, async (opened) => ({
        offer: await opened.offer(endpoint, order),
        ...crowded(media),
      })),
    'endpoint.accept': async (app, { session, endpoint, answer }) =>
      none(await find(app, session).accept(endpoint, answer)),
    'endpoint.move': async (app, { session, endpoint, to }) =>
      none(await find(app, to).takeOver(endpoint, find(app, session))),
    'endpoint.close': async (app, { session, endpoint }) =>
      none(await media.find(app, session)?.closeEndpoint(endpoint)),
    'endpoint.play': async (app, { session, endpoint, ...order }) =>
      none(await find(app, session).play(endpoint, order)),
    'prompts.reload': () => media.reloadPrompts(),
    'endpoint.music': async (app, { session, endpoint }) =>
      none(await find(app, session).music(endpoint)),

    'endpoint.keys': async (app, { session, endpoint, relay }) =>
      none(await find(app, session).keys(endpoint, relay)),

    'endpoint.hold': async (app, { session, endpoint, record = false }) =>
      none(await find(app, session).hold(endpoint, record)),
    'endpoint.mute': async (app, { session, endpoint, muted }) =>
      none(await find(app, session).mute(endpoint, muted)),
    'endpoint.press': async (app, { session, endpoint, keys }) =>
      none(await find(app, session).press(endpoint, keys)),
    'endpoint.pressed': async (app, { session, endpoint, ...press }) =>
      none(await find(app, session).pressed(endpoint, press)),

    bridge: async (app, { session, a, b }) => none(await find(app, session).bridge(a, b)),
    unbridge: async (app, { session, a, b }) => none(await find(app, session).unbridge(a, b)),

    'conference.join': async (app, { session, endpoint, on }) =>
      none(await find(app, session).confer(endpoint, on)),
    'conference.leave': async (app, { session, endpoint }) =>
      none(await find(app, session).leaveConference(endpoint)),

    'monitor.join': async (app, { session, endpoint, ...monitoring }) =>
      none(await find(app, session).monitor(endpoint, monitoring)),
    'monitor.change': async (app, { session, endpoint, mode }) =>
      none(await find(app, session).changeMonitor(endpoint, mode)),
    'monitor.leave': async (app, { session, endpoint }) =>
      none(await find(app, session).stopMonitoring(endpoint)),

    'record.start': async (app, { session, ...order }) =>
      none(await find(app, session).record(order)),
    'record.pause': async (app, { session, recording }) =>
      none(await find(app, session).pauseRecording(recording, true)),
    'record.resume': async (app, { session, recording }) =>
      none(await find(app, session).pauseRecording(recording, false)),
    'record.stop': async (app, { session, recording }) =>
      none(await media.find(app, session)?.stopRecording(recording)),
    'record.owed': (app, { after }) => media.files.list(app, after),
    'record.fetched': async (app, { recording }) => none(await media.files.fetched(app, recording)),
  };
}

/** A session that was made for an endpoint that could not be made is not kept. */
async function inNewSession<T>(
  media: MediaEngine,
  app: string,
  { session: id, near, offer }: { session: string; near?: string | undefined; offer?: string },
  work: (session: MediaSession) => Promise<T>,
): Promise<T> {
  const session = media.open(app, id, near, offer);
  try {
    return await work(session);
  } catch (error) {
    if (session.isEmpty) await media.closeSession(session);
    throw error;
  }
}

/** Said where it is so. */
const crowded = ({ isCrowded }: MediaEngine): { crowded?: true } =>
  isCrowded ? { crowded: true } : {};

function none(_done: void): Empty {
  return {};
}
