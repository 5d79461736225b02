import type { SipMessage } from '../message/sip-message';

/** Option tag 100rel (RFC 3262): who may, and who must, get provisional responses reliably. Pure. */

/** A response that is to be sent reliably, or a request whose sender demands that of every one above 100. */
export const requires100rel = (message: SipMessage): boolean => lists100rel(message.all('require'));

export const supports100rel = (request: SipMessage): boolean =>
  lists100rel(request.all('supported')) || requires100rel(request);

const lists100rel = (values: string[]): boolean =>
  values.some((value) => /(^|[\s,])100rel($|[\s,])/i.test(value));
