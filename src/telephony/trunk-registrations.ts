/**
 * Our accounts at carriers: each is registered, refreshed before it expires, and taken back when it leaves the plan.
 * It stays when this process ends: the edge takes its calls meanwhile, and the next app refreshes it.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { TrunkId } from '../domain/ids';
import type { PlanRegistration, PlanTrunk } from '../domain/plan';
import { nextTry, type RegisterOutcome, type RegisterTry } from '../domain/trunk/registration';
import type { RegistrationState } from '../domain/trunk/view';
import type { Submit } from '../engine/ports';
import { answerChallenge } from './digest-answer';
import type { SipFailure, SipRequest, SipResponse, Srf } from './drachtio';

export interface RegistrationsContext {
  srf: () => Srf;
  /** False while requests do not reach the edge. */
  isUp: () => boolean;
  submit: Submit;
  log: Logger;
  now: () => number;
  /** How long an answer may take, in ms. */
  patienceMs: number;
}

interface Registration {
  trunkId: TrunkId;
  said: PlanRegistration;
  state: RegistrationState;
  next: Pick<RegisterTry, 'expires' | 'failures'>;
  callId: string;
  cseq: number;
  timer?: NodeJS.Timeout;
}

/** Without a connection to the edge nothing is asked, and nothing is said about the carrier. */
const UNASKED_WAIT_MS = 1000;
const FAILURES_TO_ALARM = 2;
/** Answers of the edge itself: nothing came, or no connection could be made. */
const UNHEARD = [408, 503];
const MOST_CHALLENGES = 2;

export class TrunkRegistrations {
  private readonly accounts = new Map<TrunkId, Registration>();
  private begun = false;

  constructor(private readonly context: RegistrationsContext) {}

  applyPlan(trunks: readonly PlanTrunk[]): void {
    const wanted = new Map(trunks.map(({ id, register }) => [id, register]));
    for (const account of [...this.accounts.values()]) {
      if (isSame(account.said, wanted.get(account.trunkId))) continue;
      this.accounts.delete(account.trunkId);
      clearTimeout(account.timer);
      if (account.state.is === 'registered') void this.ask(account, 0);
    }
    for (const [trunkId, said] of wanted) if (said) this.add(trunkId, said);
  }

  /** From now on requests reach carriers. */
  begin(): void {
    this.begun = true;
    for (const account of this.accounts.values()) void this.register(account);
  }

  /** Undefined for a trunk without account. */
  stateOf(trunkId: TrunkId): RegistrationState | undefined {
    return this.accounts.get(trunkId)?.state;
  }

  close(): void {
    for (const { timer } of this.accounts.values()) clearTimeout(timer);
    this.accounts.clear();
  }

  private add(trunkId: TrunkId, said: PlanRegistration): void {
    if (this.accounts.has(trunkId)) return;
    const account: Registration = {
      ...{ trunkId, said, callId: randomUUID(), cseq: 0 },
      state: { is: 'registering', since: this.context.now() },
      next: { expires: said.expires, failures: 0 },
    };
    this.accounts.set(trunkId, account);
    if (this.begun) void this.register(account);
  }

  private async register(account: Registration): Promise<void> {
    const { context } = this;
    const outcome = context.isUp() ? await this.ask(account, account.next.expires) : null;
    if (this.accounts.get(account.trunkId) !== account) return;
    if (outcome === null || (outcome.is === 'silent' && !context.isUp())) {
      return this.again(account, UNASKED_WAIT_MS);
    }
    const { inMs, ...next } = nextTry(outcome, account.next, Math.random());
    account.next = next;
    this.note(account, outcome);
    this.again(account, inMs);
  }

  private again(account: Registration, inMs: number): void {
    account.timer = setTimeout(() => void this.register(account), inMs).unref();
  }

  private note(account: Registration, outcome: RegisterOutcome): void {
    const { now, log } = this.context;
    const { trunkId, next, state } = account;
    if (outcome.is === 'registered') {
      if (state.is === 'registered') return;
      account.state = { is: 'registered', since: now() };
      log.info({ trunk: trunkId, expires: outcome.expires }, 'registered at the carrier');
      // Also at first: an alarm of a former life may stand.
      this.alarm(trunkId, 'TRUNK_REGISTERED', 'registered again');
    } else if (next.failures > 0) {
      const status = outcome.is === 'refused' ? { status: outcome.status } : {};
      log.warn({ trunk: trunkId, ...status, failures: next.failures }, 'not registered');
      const since = state.is === 'failing' ? state.since : now();
      const fails = state.is === 'failing' || next.failures >= FAILURES_TO_ALARM;
      account.state = { is: fails ? 'failing' : 'registering', since, ...status };
      if (!fails || state.is === 'failing') return;
      const said = outcome.is === 'refused' ? `refused with ${outcome.status}` : 'no answer';
      this.alarm(trunkId, 'TRUNK_NOT_REGISTERED', said);
    }
  }

  private alarm(
    trunkId: TrunkId,
    code: 'TRUNK_REGISTERED' | 'TRUNK_NOT_REGISTERED',
    said: string,
  ): void {
    const { submit, now } = this.context;
    submit({ type: 'alarm.raised', at: now(), code, detail: `${trunkId}: ${said}` });
  }

  /** Challenges are answered; one that is repeated (`stale`) once more. */
  private async ask(account: Registration, expires: number): Promise<RegisterOutcome> {
    const { said, trunkId } = account;
    let answer: Record<string, string> = {};
    for (let challenges = 0; ; challenges += 1) {
      const heard = await this.send(account, expires, answer);
      if (heard === null) return { is: 'silent' };
      const { request, response } = heard;
      const outcome = outcomeOf(response, request, expires);
      const challenged = response.status === 401 || response.status === 407;
      if (!challenged || challenges >= MOST_CHALLENGES) return outcome;
      const asked = { method: 'REGISTER', uri: said.registrar, cnonce: randomUUID().slice(0, 8) };
      const made = answerChallenge(response.raw, said, asked);
      if ('realms' in made) {
        this.context.log.error(
          { trunk: trunkId, realms: made.realms },
          'no password for these realms',
        );
        return outcome;
      }
      answer = made.headers;
    }
  }

  private send(
    account: Registration,
    expires: number,
    answer: Record<string, string>,
  ): Promise<{ request: SipRequest; response: SipResponse } | null> {
    const { context } = this;
    const { said } = account;
    account.cseq += 1;
    const headers = {
      ...registerHeaders(said, expires),
      'Call-ID': account.callId,
      CSeq: `${account.cseq} REGISTER`,
      ...answer,
    };
    const options = { method: 'REGISTER', headers, proxy: said.proxy };
    return new Promise((resolve) => {
      setTimeout(() => resolve(null), context.patienceMs).unref();
      const sent = (error: SipFailure | null, request?: SipRequest) => {
        if (error || !request) return resolve(null);
        request.on('response', (response: SipResponse) => {
          if (response.status >= 200) resolve({ request, response });
        });
      };
      try {
        context.srf().request(said.registrar, options, sent);
      } catch {
        // drachtio-srf throws without a connection.
        resolve(null);
      }
    });
  }
}

const isSame = (one: PlanRegistration, other: PlanRegistration | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function registerHeaders(said: PlanRegistration, expires: number): Record<string, string> {
  const { registrar, user } = said;
  const [, host = '', rest = ''] = /^sips?:(\[[^\]]+\]|[^:;]+)(?::\d+)?(.*)$/.exec(registrar) ?? [];
  const transport = /;transport=\w+/i.exec(rest)?.[0] ?? '';
  const aor = `<sip:${user.replace(/#/g, '%23')}@${host}>`;
  return {
    From: aor,
    To: aor,
    Contact: `<sip:${user.replace(/#/g, '%23')}@localhost${transport}>`,
    Expires: String(expires),
  };
}

function outcomeOf(response: SipResponse, request: SipRequest, asked: number): RegisterOutcome {
  const { status } = response;
  if (status < 300) return { is: 'registered', expires: grantedBy(response, request, asked) };
  if (UNHEARD.includes(status)) return { is: 'silent' };
  const least = status === 423 && response.has('Min-Expires') ? response.get('Min-Expires') : '';
  const leastExpires = Number.parseInt(least, 10);
  return leastExpires > 0 ? { is: 'too-brief', leastExpires } : { is: 'refused', status };
}

/** RFC 3261 §10.2.4: what stands at our contact, for all else what stands in Expires. */
function grantedBy(response: SipResponse, request: SipRequest, asked: number): number {
  const ours = /<([^>]*)>/.exec(request.get('Contact'))?.[1] ?? '';
  const contacts = (response.has('Contact') ? response.get('Contact') : '').split(/,(?=[^>]*<)/);
  const own = contacts.find((one) => one.includes(`<${ours}>`)) ?? contacts[0] ?? '';
  const seconds = /;\s*expires\s*=\s*"?(\d+)/i.exec(own.slice(own.indexOf('>')))?.[1];
  const header = response.has('Expires') ? response.get('Expires') : undefined;
  const granted = Number(seconds ?? header ?? asked);
  // A carrier that grants nothing, or nonsense, is asked again soon.
  return granted >= 1 ? granted : Math.min(asked, 60);
}
