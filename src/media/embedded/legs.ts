/**
 * SDP for telephony's legs from the edge's media engine: a call is a session there, a leg an endpoint.
 */
import type { Logger } from 'pino';
import type { LegMedia } from '../../engine/ports';
import type { ControlClient } from '../../../sip/index';

/** Rejections are `ControlFailure` with the edge's code. */
export function edgeLegMedia(control: ControlClient, log: Logger): LegMedia {
  return {
    answerOffer: async (session, endpoint, offer, order = {}) => {
      const params = { session, endpoint, offer, ...given(order) };
      const { answer } = await control.command('endpoint.answer', params);
      return answer;
    },
    makeOffer: async (session, endpoint, order = {}) => {
      const params = { session, endpoint, ...given(order) };
      const { offer } = await control.command('endpoint.offer', params);
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
    release: (session, endpoint) => {
      control.command('endpoint.close', { session, endpoint }).catch((err: unknown) => {
        // The whole session may have been closed before its legs were.
        log.debug({ err, callId: session, legId: endpoint }, 'endpoint.close');
      });
    },
  };
}

/** Without what is not said. */
const given = <T extends object>(order: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined)) as never;
