/**
 * INVITEs of our own phones: each proves who it is (RFC 3261 §22.3), unless it is one of the plan at its own
 * address, which has no password. What it dials becomes a fact; whether it may is not decided here. Its From is
 * not read: whom a phone belongs to says the plan.
 */
import type { Answering } from './answering';
import type { PhoneId } from '../domain/ids';
import { parseDigest } from './digest';
import { dialledUser } from './dialled-user';
import { severalValues, type SipRequest, type SipResponse } from './drachtio';
import type { InboundContext } from './inbound';
import type { Leg } from './legs';
import { endLeg } from './line';
import { Replacements } from './replacing';

export interface PhoneCallsContext extends InboundContext {
  /** The leg of an INVITE. */
  newLeg: (req: SipRequest, res: SipResponse, role: Leg['role']) => Leg;
  /** Makes our answer to its offer; says why there can be none. */
  prepare: (leg: Leg) => ReturnType<Answering['prepare']>;
  /** Whether it is dialled for help. */
  isHelp: (dialled: string) => boolean;
  /** Our 200; when it is over the leg is answered, or has ended. */
  answer: (leg: Leg) => Promise<void>;
}

export class PhoneCalls {
  private readonly replacements: Replacements;

  constructor(private readonly context: PhoneCallsContext) {
    this.replacements = new Replacements(context);
  }

  handle(req: SipRequest, res: SipResponse, phoneId: PhoneId): void {
    if (!req.has('Contact')) return res.send(400);
    if (!this.isProven(req, res, phoneId)) return;
    if (req.has('Replaces')) return this.replacements.handle(req, res, phoneId);
    void this.dials(req, res, phoneId);
  }

  private isProven(req: SipRequest, res: SipResponse, phoneId: PhoneId): boolean {
    const { registrar, log } = this.context;
    if (!registrar.hasPassword(phoneId)) return true;
    const header = req.has('Proxy-Authorization') ? req.get('Proxy-Authorization') : undefined;
    const verdict = registrar.verdict(req.method, header);
    if (verdict.result === 'good') {
      const isItself = verdict.username === phoneId;
      if (isItself && header !== undefined && isAbout(header, req.uri)) return true;
      this.refused(req, phoneId, 'WRONG_CREDENTIALS');
      res.send(403);
      return false;
    }
    if (verdict.result === 'wrong' || (verdict.result === 'stale' && verdict.replayed)) {
      const address = `${req.source_address}:${req.source_port}`;
      log.warn({ phoneId, address, uri: req.uri }, 'INVITE with wrong or repeated credentials');
      this.refused(req, phoneId, verdict.result === 'wrong' ? 'WRONG_CREDENTIALS' : 'REPLAYED');
    }
    const challenges = registrar.challenges(phoneId, verdict.result === 'stale');
    res.send(407, { headers: severalValues('Proxy-Authenticate', challenges) });
    return false;
  }

  private refused(req: SipRequest, phoneId: PhoneId, what: 'WRONG_CREDENTIALS' | 'REPLAYED'): void {
    const { submit, now } = this.context;
    const number = req.uri.slice(0, 64);
    submit({ type: 'dial.refused', at: now(), who: phoneId, number, what });
  }

  /** A phone that gives up while its answer is made has dialled nobody. */
  private async dials(req: SipRequest, res: SipResponse, phoneId: PhoneId): Promise<void> {
    const { context } = this;
    const { makeId, now } = context;
    const leg = context.newLeg(req, res, 'agent');
    const agentId = context.registrar.personOf(phoneId);
    if (agentId !== undefined) {
      leg.near = context.legs.talkOf(agentId)?.callId;
      leg.agentId = agentId;
    }
    const number = dialledUser(req.uri) ?? req.uri.slice(0, 64);
    if (context.isHelp(number)) leg.urgent = true;
    await context.edge.ready();
    const unusable = await context.prepare(leg);
    if (leg.endingWith) return endLeg(context, leg, leg.endingWith);
    leg.announced = true;
    context.submit({
      type: 'phone.dialled',
      at: now(),
      phoneId,
      number,
      ids: {
        ...{ callId: leg.callId, ownLegId: leg.id, legId: makeId(), recordingId: makeId() },
        ...{ entryId: makeId(), leadId: makeId(), promiseId: makeId() },
      },
      ...(unusable ? { unusable } : {}),
    });
  }
}

/** Credentials that were made for another number are worth nothing for this one. */
const isAbout = (header: string, uri: string): boolean => parseDigest(header)['uri'] === uri;
