import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'pg';
import type { SipMessage } from '../../sip/message/sip-message';
import { Phone } from '../sip/support/phone';
import { allIsClosed, factsOf, type LaneFacts } from './lane-facts';
import type { Product } from './product';
import { TonePhone } from './tone-phone';
import { PASSWORD } from './plan';
import { startPushClient, type PushClient } from './push-client';
import { waitFor } from './wait';

/** A phone with a voice. */
export interface Party {
  sip: Phone;
  ear: TonePhone;
}

/** Which of a lane's callers: he has a number and a phone of his own. */
export type Caller = Party & { number: string; branch: string; toTag: string };

/**
 * One hotline with a queue and a telemarketer of its own, and those who call it: what happens in one
 * lane touches no other, so that a process is killed once for many calls in different states.
 */
export class Lane {
  /** The phone's INVITE whose fate the row is about. */
  private open: SipMessage | undefined;
  /** The telemarketer's side of the call that he answered last. */
  private agentAck: SipMessage | undefined;
  private readonly seenInvites = new Set<string>();
  private desktop: PushClient | undefined;
  /** How long something may be refused that is asked for; 0: it has one try. */
  patienceMs = 5000;
  /** Calls whose BYE from us was answered. */
  private readonly hungUp = new Set<string>();

  private constructor(
    private readonly product: Product,
    private readonly db: Client,
    readonly index: number,
    readonly wrapUpSeconds: number,
    readonly caller: Caller,
    /** A second one, who waits while the first one talks. */
    readonly next: Caller,
    readonly agent: Party,
  ) {}

  static async open(product: Product, db: Client, index: number, wrapUpSeconds = 0): Promise<Lane> {
    const caller = async (n: number): Promise<Caller> => ({
      ...(await party(1000 + 100 * n, '127.0.0.1')),
      number: `138${String(index).padStart(4, '0')}000${n}`,
      branch: `z9hG4bKlane${index}caller${n}`,
      toTag: '',
    });
    // Agents' phones are no trunk: they have addresses of their own.
    const agent = await party(600, agentHost(index));
    return new Lane(product, db, index, wrapUpSeconds, await caller(0), await caller(1), agent);
  }

  get port(): number {
    return this.product.sip().port;
  }

  private get uri(): string {
    return `sip:${hotlineOf(this.index)}@127.0.0.1:${this.port}`;
  }

  /** The caller's INVITE; answers its text, to be sent again as it is. */
  calls(who = this.caller): string {
    return who.sip.ask(this.port, {
      method: 'INVITE',
      uri: this.uri,
      branch: who.branch,
      headers: [`P-Asserted-Identity: <sip:${who.number}@carrier>`],
      body: who.ear.sdp(),
    });
  }

  cancels(who = this.caller): string {
    return who.sip.ask(this.port, { method: 'CANCEL', uri: this.uri, branch: who.branch });
  }

  /** The telemarketer's phone rings: an INVITE of a call that it did not know yet. */
  async rings(): Promise<SipMessage> {
    const invite = await this.agent.sip.got.next(
      'an INVITE at the phone',
      ({ method, callId }) => method === 'INVITE' && !this.seenInvites.has(callId),
      { deadlineMs: 20_000 },
    );
    this.seenInvites.add(invite.callId);
    return invite;
  }

  /** The telemarketer picks up, and the ACK for that is there. */
  async picksUp(invite: SipMessage): Promise<void> {
    this.answersPhone(invite);
    const { sip } = this.agent;
    this.agentAck = await sip.got.next(
      'the ACK for the phone',
      ({ method, callId }) => method === 'ACK' && callId === invite.callId,
    );
  }

  /** The 200 of the phone, whether anybody hears it or not. */
  answersPhone(invite: SipMessage): void {
    const { sip, ear } = this.agent;
    sip.answer(invite, 200, { body: ear.sdp() });
    ear.forget();
    ear.talkTo(invite.body);
  }

  /** Our 200 to the caller, which he does not acknowledge yet. */
  async isAnswered(who = this.caller, deadlineMs = 20_000): Promise<void> {
    const ok = await who.sip.got.next('200', isAnswer, { deadlineMs });
    who.toTag = ok.toTag as string;
    who.ear.talkTo(ok.body);
  }

  acknowledges(who = this.caller, cseq = 1): void {
    this.inDialog('ACK', { cseq }, who);
  }

  /** A request of the caller in his dialog; answers its text. */
  inDialog(method: string, more: { cseq: number; body?: string }, who = this.caller): string {
    return who.sip.ask(this.port, { method, toTag: who.toTag, ...more });
  }

  /** From the INVITE to two who hear each other. */
  async talks(who = this.caller): Promise<void> {
    this.calls(who);
    await this.reachesAgent(who);
  }

  /** He has called already: his agent's phone rings, and they hear each other. */
  async reachesAgent(who = this.caller): Promise<void> {
    await this.picksUp(await this.rings());
    if (who.toTag === '') await this.isAnswered(who);
    this.acknowledges(who);
    await this.hearEachOther(who);
  }

  /** What each hears from now on is the other's tone. */
  async hearEachOther(who = this.caller): Promise<void> {
    const { agent } = this;
    agent.ear.forget();
    who.ear.forget();
    await Promise.all([agent.ear.hears(who.ear.tone, 15_000), who.ear.hears(600, 15_000)]);
  }

  async hangsUp(cseq = 2, who = this.caller): Promise<void> {
    who.ear.hush();
    this.inDialog('BYE', { cseq }, who);
    await who.sip.response(200, 'BYE');
  }

  /** The telemarketer hangs up, and is told that it was heard. */
  async agentHangsUp(): Promise<void> {
    if (this.agentAck === undefined) throw new Error('the telemarketer talks to nobody');
    const from = this.agent.sip.got.length;
    this.agent.sip.bye(this.port, this.agentAck);
    await this.agent.sip.response(200, 'BYE', from);
  }

  /** The telemarketer's desktop; closed with the lane. */
  async desk(): Promise<PushClient> {
    this.desktop ??= await startPushClient({
      ...{ http: this.product.http, user: `t${this.index}`, password: PASSWORD },
    });
    return this.desktop;
  }

  /** The agent says that he is done with the paperwork of his last talk. */
  async endsWrapUp(): Promise<void> {
    const desk = await this.desk();
    const asked = () => desk.post('/api/agents/me/wrap-up').catch(() => null);
    await waitFor('the end of the wrap-up', async () => (await asked())?.ok, this.patienceMs);
  }

  /** Asks for something about the call that rang last, until it is accepted. */
  async asks(what: string, body?: object): Promise<void> {
    const desk = await this.desk();
    const invite = this.agent.sip.got.all.filter(({ method }) => method === 'INVITE').at(-1);
    const path = `/api/calls/${invite?.get('x-call-id')}/${what}`;
    let answer = '';
    await waitFor(
      what,
      async () => {
        const response = await desk.post(path, body).catch(() => null);
        answer = response === null ? 'nobody' : `${response.status} ${await response.text()}`;
        return response?.status === 200;
      },
      this.patienceMs,
    ).catch((error: Error) => {
      throw new Error(`${error.message}: ${answer}`);
    });
  }

  /** A re-INVITE of the telemarketer's phone, whose answer is acknowledged. */
  async phoneSays(line: 'a=sendonly' | 'a=sendrecv', cseq: number): Promise<void> {
    if (this.agentAck === undefined) throw new Error('the telemarketer talks to nobody');
    const { sip, ear } = this.agent;
    const from = sip.got.length;
    sip.askBack(this.port, this.agentAck, {
      ...{ method: 'INVITE', cseq, body: ear.sdp(undefined, [line]) },
    });
    await sip.response(200, 'INVITE', from);
    sip.askBack(this.port, this.agentAck, { method: 'ACK', cseq });
  }

  get heldInvite(): SipMessage {
    if (this.open === undefined) throw new Error('no phone rings');
    return this.open;
  }

  set heldInvite(invite: SipMessage) {
    this.open = invite;
  }

  /** The phone rings, and is told that nobody wants it any more (RFC 3261 §9.1). */
  async ringsAndIsLetGo(invite = this.heldInvite): Promise<void> {
    const { sip } = this.agent;
    sip.answer(invite, 180);
    const cancel = await sip.got.next('CANCEL', (m) => isOf(m, 'CANCEL', invite));
    sip.answer(cancel, 200);
    sip.answer(invite, 487);
    await sip.got.next('the ACK for 487', (m) => isOf(m, 'ACK', invite));
  }

  /** The party gets our BYE for a call that had none yet, and answers it; resolves with its Reason. */
  async isHungUp(party: Party, deadlineMs = 20_000): Promise<string> {
    const bye = await party.sip.got.next(
      'our BYE',
      ({ method, callId }) => method === 'BYE' && !this.hungUp.has(callId),
      { deadlineMs },
    );
    this.hungUp.add(bye.callId);
    party.ear.hush();
    party.sip.answer(bye, 200);
    return bye.get('reason') ?? '';
  }

  /** The caller is offered new media by an edge that found him, and takes it (SIP_RECOVER). */
  async isTakenUp(who = this.caller): Promise<void> {
    const offer = await who.sip.request('INVITE');
    who.sip.answer(offer, 200, { body: who.ear.sdp() });
    who.ear.talkTo(offer.body);
    await who.sip.request('ACK');
  }

  /** Every call, leg and place of it has its end. */
  allIsClosed(): Promise<void> {
    return allIsClosed(this.db, hotlineOf(this.index));
  }

  async hasRecordings(count: number): Promise<void> {
    await waitFor('the recordings to be filed', async () => {
      return (await this.facts()).recordings.length >= count;
    });
  }

  /** Resolves as well when it waited long enough: what there is instead is for the test to say. */
  async factsBecome(expected: LaneFacts): Promise<void> {
    await waitFor('the records to be as expected', async () => {
      const { ledger, recordings } = await this.facts();
      return isDeepStrictEqual({ ledger, recordings }, expected);
    }).catch(() => undefined);
  }

  facts(): Promise<LaneFacts> {
    return factsOf(this.db, hotlineOf(this.index));
  }

  close(): void {
    this.desktop?.close();
    for (const { sip, ear } of [this.caller, this.next, this.agent]) {
      sip.close();
      ear.close();
    }
  }
}

/** The number that the lane's callers dial. */
export const hotlineOf = (index: number): string => String(400 + index);
export const agentHost = (index: number): string => `127.0.1.${index + 1}`;
const isAnswer = ({ status, cseqMethod }: SipMessage): boolean =>
  status === 200 && cseqMethod === 'INVITE';

function isOf(message: SipMessage, method: string, invite: SipMessage): boolean {
  return message.method === method && message.callId === invite.callId;
}

async function party(tone: number, host: string): Promise<Party> {
  return { sip: await Phone.udp(host), ear: await TonePhone.open({ tone }) };
}
