/**
 * What a queue promises its agents and its callers, held against the records of a day: each strategy asks whom it says
 * it asks, nobody is overtaken in the line, and who comes back in time has the place that he had.
 */
import type { AgentView } from '../../src/domain/notices';
import type { EntrySnapshot, OfferSnapshot } from '../../src/domain/records';
import type { StrategyName } from '../../src/domain/plan';
import type { TestCentre } from '../support/centre/centre';
import { Lot } from './lot';

/** The plan says nothing of these: a place is kept for ten minutes, one more phone rings after ten seconds. */
const RETURN_MS = 600_000;
const STEP_MS = 10_000;
/** Who let a call pass may be left alone for so long. */
const REST_MS = 5000;

interface Work {
  calls: number;
  askedAt: number;
  /** Of talks that are over. */
  talkMs: number;
  talksSince: number | null;
}

export class Turns {
  private readonly work = new Map<string, Work>();
  private readonly entries = new Map<string, EntrySnapshot>();
  private readonly left = new Map<string, EntrySnapshot>();
  /** Since when, and at how many phones, a call rings. */
  private readonly rings = new Map<string, { since: number; asked: number }>();
  /** `ring-all`: who was asked while it rings. */
  private readonly asked = new Map<string, Set<string>>();
  /** `random`: judged over many days, because one has few draws. */
  readonly lot = new Lot();
  private readonly directions = new Map<string, string>();
  private before: AgentView[] = [];
  private read = 0;
  private fault: string | null = null;

  /** `isAlone`: its agents serve no other queue, so that nothing else decides whom it may ask. */
  constructor(
    private readonly centre: TestCentre,
    private readonly rules: { strategy: StrategyName; order: readonly string[]; isAlone: boolean },
  ) {}

  /** Before an event. */
  look(): void {
    this.before = this.centre.engine.agents();
  }

  /** After it. */
  check(): string | null {
    const { records } = this.centre.journal;
    const offers: OfferSnapshot[] = [];
    const fresh = records.slice(this.read);
    this.read = records.length;
    for (const one of fresh) {
      if (one.kind === 'call.saved') this.directions.set(one.call.id, one.call.direction);
      else if (one.kind === 'entry.saved') this.entry(one.entry);
      else if (one.kind === 'offer.saved') offers.push(one.offer);
    }
    for (const { callId, why } of offers) if (why.by !== 'turn') this.asked.delete(callId);
    const inTurn = offers.filter(({ why }) => why.by === 'turn');
    if (inTurn.length > 0) this.fault ??= this.chosen(inTurn) ?? this.overtaken(inTurn);
    for (const offer of offers) this.note(offer);
    this.worked();
    if (this.rules.strategy === 'ring-all') this.fault ??= this.silent();
    return this.fault;
  }

  private note(offer: OfferSnapshot): void {
    this.workOf(offer.agentId).askedAt = offer.offeredAt;
  }

  /** Whose phone rang for a caller, and who talks with him now. */
  private worked(): void {
    for (const { id, activity, callId } of this.centre.engine.agents()) {
      const was = this.before.find((one) => one.id === id)?.activity;
      if (activity === 'talking' && was === 'reserved' && this.isInbound(callId ?? ''))
        this.workOf(id).calls += 1;
      this.talked(this.workOf(id), activity === 'talking');
      // Also for somebody who asks, of which no offer is written.
      if (activity === 'reserved' && was !== 'reserved')
        this.workOf(id).askedAt = this.centre.now();
    }
  }

  private talked(work: Work, talks: boolean): void {
    const now = this.centre.now();
    if (talks) work.talksSince ??= now;
    else {
      if (work.talksSince !== null) work.talkMs += now - work.talksSince;
      work.talksSince = null;
    }
  }

  private workOf(agentId: string): Work {
    const work = this.work.get(agentId) ?? { calls: 0, askedAt: 0, talkMs: 0, talksSince: null };
    this.work.set(agentId, work);
    return work;
  }

  private isInbound(callId: string): boolean {
    const call = this.centre.engine.calls().find(({ id }) => id === callId);
    return (call?.direction ?? this.directions.get(callId)) === 'inbound';
  }

  private chosen(offers: readonly OfferSnapshot[]): string | null {
    const free = this.free(offers);
    for (const offer of offers) {
      if (free.has(offer.agentId)) return `${offer.agentId} is free, and was asked`;
      if (!this.rules.order.includes(offer.agentId)) return `${offer.agentId} is a stranger`;
    }
    // Agents are kept for who is called back while the database is asked whether he may be.
    if (!this.rules.isAlone || this.centre.attempts.answering > 0) return null;
    const { strategy } = this.rules;
    if (strategy === 'progressive') return this.tooSoon(offers);
    const toCallers = offers.filter(({ callId }) => this.isInbound(callId));
    if (strategy === 'ring-all') return this.noteAsked(toCallers);
    const key = this.keyOf();
    if (key === null) return this.draw(offers, free);
    for (const { agentId } of toCallers)
      for (const other of free)
        if (key(other) < key(agentId))
          return `${strategy} asks ${agentId} (${key(agentId)}) before ${other} (${key(other)})`;
    return null;
  }

  /** Each of those who were free is as likely as the others. */
  private draw(offers: readonly OfferSnapshot[], free: ReadonlySet<string>): null {
    const pool = new Set([...free, ...offers.map(({ agentId }) => agentId)]);
    for (const { agentId, callId } of offers) {
      if (this.isInbound(callId)) this.lot.drawn(agentId, pool);
      pool.delete(agentId);
    }
    return null;
  }

  private noteAsked(offers: readonly OfferSnapshot[]): null {
    for (const { entryId, callId, agentId } of offers) {
      const rang = this.ringing(entryId) && this.ringsStill(entryId, offers);
      const isFirst = offers.find((one) => one.entryId === entryId)?.agentId === agentId;
      const asked = rang || !isFirst ? this.asked.get(callId) : undefined;
      this.asked.set(callId, new Set(asked).add(agentId));
    }
    return null;
  }

  /** A call that rings does so at everybody who is free and has rested, but who has let it pass. */
  private silent(): string | null {
    const { engine, attempts } = this.centre;
    if (!this.rules.isAlone || attempts.answering > 0 || engine.plan().queues.length !== 1)
      return null;
    const agents = engine.agents();
    const ringing = new Set(
      agents.flatMap((one) => (one.activity === 'reserved' ? one.callId : [])),
    );
    for (const agent of agents) {
      const hasRested = agent.since + REST_MS < this.centre.now();
      if (!isFree(agent) || !hasRested || this.centre.agent(agent.id).leg !== undefined) continue;
      for (const callId of ringing) {
        const asked = this.asked.get(callId ?? '');
        if (asked && !asked.has(agent.id)) return `${agent.id} is free, and ${callId} rings on`;
      }
    }
    return null;
  }

  /** Who rests after a call that he let pass is known to the engine alone; who has a leg still can be rung for nothing. */
  private free(offers: readonly OfferSnapshot[]): Set<string> {
    const others = new Set(
      offers.flatMap(({ why }) =>
        'passedOver' in why
          ? why.passedOver.flatMap(({ agentId, why: reason }) =>
              reason === 'resting' ? agentId : [],
            )
          : [],
      ),
    );
    const idle = this.centre.engine.agents().filter(isFree);
    const free = idle.filter(
      ({ id }) => !others.has(id) && this.centre.agent(id).leg === undefined,
    );
    return new Set(free.map(({ id }) => id));
  }

  private keyOf(): ((agentId: string) => number) | null {
    const { strategy, order } = this.rules;
    switch (strategy) {
      case 'longest-idle':
        return (id) => this.idleSince(id);
      case 'round-robin':
        return (id) => this.workOf(id).askedAt;
      case 'least-calls-today':
        return (id) => this.workOf(id).calls;
      case 'least-talk':
        return (id) => this.workOf(id).talkMs;
      case 'top-down':
        return (id) => order.indexOf(id);
      default:
        return null;
    }
  }

  private idleSince(id: string): number {
    const agent = this.before.find((one) => one.id === id);
    return agent && isFree(agent) ? agent.since : this.centre.now();
  }

  /** One, and with every ten seconds that it rings one more. */
  private tooSoon(offers: readonly OfferSnapshot[]): string | null {
    for (const { entryId, offeredAt } of offers) {
      const rang = this.ringing(entryId) && this.ringsStill(entryId, offers);
      const before = rang ? this.rings.get(entryId) : undefined;
      const { since, asked } = before ?? { since: offeredAt, asked: 0 };
      this.rings.set(entryId, { since, asked: asked + 1 });
      if (offers.filter((one) => one.entryId === entryId).length > 1) return 'two ring at once';
      if (offeredAt < since + asked * STEP_MS)
        return `phone ${asked + 1} rings after ${offeredAt - since} ms`;
    }
    return null;
  }

  /** He was being offered before that, to somebody whose offer stands. */
  private ringing(entryId: string): boolean {
    const callId = this.entries.get(entryId)?.callId;
    return this.before.some((one) => one.activity === 'reserved' && one.callId === callId);
  }

  /** At somebody else's than those who were asked just now. */
  private ringsStill(entryId: string, offers: readonly OfferSnapshot[]): boolean {
    const callId = this.entries.get(entryId)?.callId;
    const asked = new Set(offers.map(({ agentId }) => agentId));
    return this.centre.engine
      .agents()
      .some((one) => one.activity === 'reserved' && one.callId === callId && !asked.has(one.id));
  }

  /** Nobody who came before stands in line still, unless whoever was asked may not take him. */
  private overtaken(offers: readonly OfferSnapshot[]): string | null {
    if (!this.rules.isAlone) return null;
    const waiting = this.centre.engine
      .calls()
      .filter(({ state, direction }) => state === 'queued' && direction === 'inbound');
    for (const offer of offers) {
      const entry = this.entries.get(offer.entryId);
      // Who joins a call that rings takes it from nobody.
      if (!entry || this.ringing(offer.entryId)) continue;
      for (const { id } of waiting) {
        const other = [...this.entries.values()].find(
          ({ callId, endedAt }) => callId === id && endedAt === null,
        );
        if (other && other.queueId === offer.queueId && other.joinedAt < entry.joinedAt)
          return `${id} came before ${offer.callId}, who is asked for first`;
      }
    }
    return null;
  }

  /** That of a consultation is in no offer. */
  private entry(entry: EntrySnapshot): void {
    if (entry.askedBy !== undefined) return;
    const isNew = !this.entries.has(entry.id);
    this.entries.set(entry.id, entry);
    const call = this.centre.engine.calls().find(({ id }) => id === entry.callId);
    const number = call?.direction === 'inbound' ? call.from : this.numberOf(entry.callId);
    if (number === '' || number === undefined) return;
    const key = `${entry.queueId}|${number}`;
    if (isNew) this.comesBack(entry, key);
    if (entry.outcome === 'abandoned') this.left.set(key, entry);
  }

  /** Who left a moment ago stands where he stood; once. */
  private comesBack(entry: EntrySnapshot, key: string): void {
    const before = this.left.get(key);
    this.left.delete(key);
    if (!before || this.centre.now() - (before.endedAt ?? 0) > RETURN_MS) return;
    if (entry.joinedAt > before.joinedAt)
      this.fault ??= `${entry.callId} lost the place that he had (${before.callId})`;
  }

  private numberOf(callId: string): string | undefined {
    const saved = this.centre.journal.of('call.saved').filter(({ call }) => call.id === callId);
    const call = saved.at(-1)?.call;
    return call?.direction === 'inbound' ? call.from : undefined;
  }
}

const isFree = ({ intent, activity, reachable }: AgentView): boolean =>
  intent.is === 'ready' && activity === 'idle' && reachable;
