/**
 * The engine's Media port as commands to the edge. A command that fails never reaches the engine as an
 * error: where the engine waits for an event, it gets the one that lets the call go on.
 */
import type { Logger } from 'pino';
import type { Media, PlayCommand, Submit } from '../../engine/ports';
import { ownKey, type Spoken } from '../../domain/spoken';
import type { CommandName, ControlClient, Params } from '../../../sip/index';

export interface EdgeMediaOptions {
  control: ControlClient;
  submit: Submit;
  /** Folder of the prompts that callers hear whose hotline names none: `zh-CN` or `en`. */
  language: string;
  now: () => number;
  /** Those who should hear each other in that call do not. */
  onMediaLost: (callId: string) => void;
  log: Logger;
}

export function edgeMedia({
  control,
  submit,
  language,
  now,
  onMediaLost,
  log,
}: EdgeMediaOptions): Media {
  const order = <C extends CommandName>(
    name: C,
    params: Params<C> & { session: string },
    onFailure: (reason: string) => void = () => undefined,
  ): void => {
    control.command(name, params).catch((err: Error & { code?: string }) => {
      // A recording ends with the first of its legs: what follows finds it gone.
      const late =
        name.startsWith('record.') && name !== 'record.start' && err.code === 'unknown-recording';
      log[late ? 'debug' : 'warn']({ err, callId: params.session }, `${name} failed`);
      onFailure(err.message);
    });
  };
  return {
    play: (command) => {
      const { callId: session, legId: endpoint, playId: play } = command;
      const params = { session, endpoint, play, ...saying(command, language) };
      // The caller who cannot hear a prompt must not wait for its end.
      order('endpoint.play', params, () =>
        submit({
          type: 'play.ended',
          at: now(),
          ...{ callId: session, legId: endpoint, playId: play, reason: 'finished' },
        }),
      );
    },
    music: (session, endpoint) => order('endpoint.music', { session, endpoint }),
    hold: (session, endpoint, record) => order('endpoint.hold', { session, endpoint, record }),
    mute: (session, endpoint, muted) => order('endpoint.mute', { session, endpoint, muted }),
    press: (session, endpoint, keys) => order('endpoint.press', { session, endpoint, keys }),
    keys: (session, endpoint, relay) => order('endpoint.keys', { session, endpoint, relay }),
    bridge: (session, a, b) => order('bridge', { session, a, b }),
    move: (session, endpoint, to) =>
      order('endpoint.move', { session, endpoint, to }, () => onMediaLost(to)),
    join: (session, endpoint, on) => order('conference.join', { session, endpoint, on }),
    unbridge: (session, a, b) => order('unbridge', { session, a, b }),
    startRecording: ({ callId, recordingId, path, left, right, quietMs }) => {
      const quiet = quietMs === undefined ? {} : { quietMs };
      const params = { session: callId, recording: recordingId, path, left, right, ...quiet };
      order('record.start', params, (reason) =>
        submit({
          type: 'recording.finished',
          at: now(),
          ...{ callId, recordingId, file: { result: 'failed', reason } },
        }),
      );
    },
    pauseRecording: (session, recording) => order('record.pause', { session, recording }),
    resumeRecording: (session, recording) => order('record.resume', { session, recording }),
    stopRecording: (session, recording) => order('record.stop', { session, recording }),
    close: (session) => order('session.close', { session }),
  };
}

/** What is said, in the form of the edge. What the caller's language lacks is said in the installation's. */
function saying(
  { prompts, then, interrupt, language, owners = [] }: PlayCommand,
  usual: string,
): Pick<Params<'endpoint.play'>, 'prompts' | 'then' | 'language' | 'otherwise' | 'interrupt'> {
  return {
    prompts: prompts.map((one) => wordsOf(one, owners)),
    ...{ then, language: language ?? usual },
    ...(language === undefined || language === usual ? {} : { otherwise: usual }),
    ...(interrupt === undefined ? {} : { interrupt }),
  };
}

function wordsOf(
  one: Spoken,
  owners: readonly string[],
): Params<'endpoint.play'>['prompts'][number] {
  const own = (key: string) => [...owners.map((owner) => ownKey(key, owner)), key];
  if (typeof one === 'string') return owners.length === 0 ? one : { firstOf: own(one) };
  if ('in' in one) return { firstOf: own(one.say), language: one.in };
  if ('message' in one) return { firstOf: own(one.message), isOptional: true };
  return 'prompt' in one ? one.prompt : one;
}
