/**
 * SDP for telephony's legs from the edge's media engine: a call is a session there, a leg an endpoint.
 */
import type { Logger } from 'pino';
import type { LegMedia } from '../../engine/ports';
import type { ControlClient } from '../../../sip/index';

/** Rejections are `ControlFailure` with the edge's code. */
export function edgeLegMedia(control: ControlClient, language: string, log: Logger): LegMedia {
  let crowded = false;
  const noting = <T extends { crowded?: true }>(result: T): T => {
    crowded = result.crowded === true;
    return result;
  };
  return {
    isCrowded: () => crowded,
    answerOffer: async (session, endpoint, offer, order = {}) => {
      const params = { session, endpoint, offer, ...given(order) };
      const { answer } = noting(await control.command('endpoint.answer', params));
      return answer;
    },
    makeOffer: async (session, endpoint, order = {}) => {
      const params = { session, endpoint, ...given(order) };
      const { offer } = noting(await control.command('endpoint.offer', params));
      return offer;
    },
    acceptAnswer: async (session, endpoint, answer) => {
      await control.command('endpoint.accept', { session, endpoint, answer });
    },
    pressed: (session, endpoint, press) => {
      control.command('endpoint.pressed', { session, endpoint, ...press }).catch((err: unknown) => {
        log.warn({ err, callId: session, legId: endpoint }, 'endpoint.pressed failed');
      });
    },
    quiet: async (session, endpoint, first) => {
      const prompts = first === undefined ? [] : [first];
      const play = { play: `${endpoint}/quiet`, prompts, language, then: 'silence' } as const;
      try {
        await control.command('endpoint.play', { session, endpoint, ...play });
      } catch (err) {
        log.warn({ err, callId: session, legId: endpoint }, 'endpoint.play failed');
      }
    },
    release: (session, endpoint) => {
      control.command('endpoint.close', { session, endpoint }).catch((err: unknown) => {
        // The whole session may have been closed before its legs were.
        log.debug({ err, callId: session, legId: endpoint }, 'endpoint.close');
      });
    },
    close: (session) => {
      control.command('session.close', { session }).catch((err: unknown) => {
        log.warn({ err, legId: session }, 'session.close failed');
      });
    },
  };
}

/** Without what is not said. */
const given = <T extends object>(order: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined)) as never;
