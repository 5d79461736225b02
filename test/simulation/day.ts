/**
 * A shortened day of random calls against the real engine: callers come, wait, go and are called back, agents take,
 * miss and refuse calls, sign in and out, phones and desktops vanish, hotlines close, the disk and the network are slow
 * and the database goes away. The ledger and the queues' promises are checked after every event, the other invariants
 * after every step; at last the day is replayed.
 */
import { STRATEGY_NAMES } from '../../src/domain/plan';
import type { JournalRecord } from '../../src/domain/records';
import { TestCentre, type Caller } from '../support/centre/centre';
import { numberDialled } from '../support/centre/world';
import { ACTS, settled } from './day-acts';
import { dayPlan, EVERYBODY } from './day-plan';
import { faultAtTheEnd, faultOf } from './invariants';
import { Ledger } from './ledger';
import type { Lot } from './lot';
import { seeded, type Random } from './random';
import { hashOf, record, replay, type Tape } from './tape';
import { Turns } from './turns';

/** Few numbers, so that people ring again and promises meet. */
const NUMBERS = ['', '', '', '', ...Array.from({ length: 30 }, (_, n) => `+86138000000${n + 10}`)];

export interface DayResult {
  fault: string | null;
  outcomes: Record<string, number>;
  /** How promises ended, and how often somebody was dialled for one. */
  promises: Record<string, number>;
  dialled: number;
  /** Whom `random` asked. */
  lot: Lot;
  /** Of everything that was written down, for comparing two runs of one seed. */
  hash: string;
  /** Of what a fresh engine writes down when it is told the same. */
  replayed: string;
  /** Everything that was written down, in order. */
  records: readonly JournalRecord[];
}

export async function simulateDay(seed: number, calls: number): Promise<DayResult> {
  const day = new Day(seed, calls);
  const fault = await day.run();
  const { journal, attempts } = day.centre;
  const outcomes: Record<string, number> = {};
  for (const { call } of journal.of('call.saved'))
    if (call.outcome !== null && call.direction === 'inbound')
      outcomes[call.outcome] = (outcomes[call.outcome] ?? 0) + 1;
  const promises: Record<string, number> = {};
  for (const { promise } of journal.of('promise.saved'))
    promises[promise.state] = (promises[promise.state] ?? 0) + 1;
  const hash = hashOf(journal.records);
  const replayed = hashOf(replay(day.tape, day.centre));
  const dialled = [...attempts.rows.values()].filter(({ dialledAt }) => dialledAt !== null).length;
  return {
    ...{ fault, outcomes, promises, dialled, lot: day.turns.lot, hash, replayed },
    records: journal.records,
  };
}

class Day {
  readonly centre: TestCentre;
  readonly tape: Tape;
  readonly random: Random;
  readonly turns: Turns;
  private readonly callers: Caller[] = [];
  /** What was wrong first, after whichever event. */
  private fault: string | null = null;

  constructor(
    seed: number,
    private readonly calls: number,
  ) {
    this.random = seeded(seed);
    const strategy = STRATEGY_NAMES[seed % STRATEGY_NAMES.length] ?? 'longest-idle';
    const plan = dayPlan(this.random, strategy);
    this.centre = new TestCentre({ plan, callsBack: true });
    this.centre.media.holdFiles = true;
    this.centre.telephony.holdEnds = true;
    this.centre.telephony.holdAnswers = true;
    this.centre.journal.holdSync = true;
    const ledger = new Ledger(this.centre);
    const isAlone = plan.queues.length === 1;
    const turns = (this.turns = new Turns(this.centre, { strategy, order: EVERYBODY, isAlone }));
    this.tape = record(
      this.centre,
      (events) => {
        ledger.hear(events);
        turns.look();
      },
      ([event]) => {
        const fault = ledger.check() ?? turns.check();
        if (fault !== null) this.fault ??= `${event?.type ?? 'nothing'}: ${fault}`;
      },
    );
  }

  async run(): Promise<string | null> {
    while (this.callers.length < this.calls) {
      const fault = await this.step();
      if (fault) return `after call ${this.callers.length}: ${fault}`;
    }
    return (await this.goHome()) ?? faultAtTheEnd(this.centre, this.calls);
  }

  private async step(): Promise<string | null> {
    const { random } = this;
    const weighted: [number, () => void][] = [
      [10, () => this.arrive()],
      [25, () => this.centre.clock.advance(random.below(4000))],
      [12, () => this.answerCaller()],
      [25, () => this.agentActs()],
      [12, () => this.endPlay()],
      [8, () => this.hangUp()],
      [12, () => this.settle()],
      [8, () => this.changeIntent()],
      [8, () => this.fillIn()],
      [6, () => this.hold()],
      [3, () => this.transfer()],
      [3, () => this.pickUp()],
      [4, () => this.park()],
      [2, () => this.changePhone()],
      [1, () => this.closingTime()],
      ...ACTS.map(([weight, act]): [number, () => void] => [weight, () => act(this)]),
    ];
    let lot = random.below(weighted.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, act] of weighted) {
      if (lot < weight) {
        act();
        break;
      }
      lot -= weight;
    }
    await told();
    return this.fault ?? faultOf(this.centre);
  }

  private arrive(): void {
    const from = this.random.pick(NUMBERS) ?? '';
    const to = this.random.pick(this.centre.plan.hotlines)?.number ?? '';
    this.callers.push(this.centre.call({ from, to }));
  }

  private answerCaller(): void {
    const waiting = [...this.centre.telephony.legs].filter(
      ([, leg]) => leg.answers && leg.state !== 'answered',
    );
    const leg = this.random.pick(waiting);
    if (leg) this.centre.telephony.answered(leg[0]);
  }

  private agentActs(): void {
    const { random, centre } = this;
    const agent = centre.agent(random.pick(EVERYBODY) ?? '');
    if (agent.offer && agent.phone === 'silent' && random.chance(0.5)) agent.receivesOffer();
    else if (agent.phone === 'rings' && random.chance(0.7)) agent.picksUp();
    else if (agent.phone === 'rings')
      agent.refuses(random.pick(['busy', 'declined', 'unreachable'] as const));
    else if (agent.does === 'wrap-up') centre.engine.wrapUp(agent.id);
  }

  private endPlay(): void {
    const play = this.random.pick([...this.centre.media.plays.keys()]);
    if (play !== undefined) this.centre.media.finish(play);
  }

  private hangUp(): void {
    const legs = [...this.centre.telephony.legs].filter(([, leg]) => leg.state !== 'dialled');
    const leg = this.random.pick(legs);
    if (leg) this.end(leg[0]);
  }

  /** The slow parts of the world catch up: disk, files, legs that were told to end. */
  private settle(): void {
    const { random, centre } = this;
    if (random.chance(0.5)) centre.journal.sync();
    if (random.chance(0.5)) this.fileRecordings();
    if (random.chance(0.7)) this.endOrphans();
  }

  /** Recordings whose call is over. */
  private fileRecordings(): void {
    const live = new Set(this.centre.engine.calls().map(({ id }) => id));
    for (const [id, { callId }] of this.centre.media.recordings)
      if (!live.has(callId)) this.centre.media.file(callId, id);
  }

  /** Legs that were told to hang up: their call is over, or offers itself to somebody else. */
  private endOrphans(): void {
    for (const legId of this.centre.telephony.toldToEnd) this.end(legId);
  }

  private end(legId: string): void {
    const partner = this.centre.media.bridges.get(legId);
    this.centre.media.bridges.delete(legId);
    if (partner !== undefined) this.centre.media.bridges.delete(partner);
    this.centre.media.plays.delete(legId);
    this.centre.telephony.end(legId, 'hangup');
  }

  /** An agent who talks sends his caller to the queue, or to somebody who may be free or not. */
  private transfer(): void {
    const { random, centre } = this;
    const call = random.pick(centre.engine.calls());
    const agent = random.pick(EVERYBODY) ?? '';
    const to = random.chance(0.4) ? { queue: random.pick(this.queues) ?? '' } : { agent };
    if (call?.agentId) centre.engine.transfer(call.agentId, call.id, to);
  }

  private get queues(): string[] {
    return this.centre.plan.queues.map(({ id }) => id);
  }

  /** Somebody takes a call that may ring or wait, or not. */
  private pickUp(): void {
    const { random, centre } = this;
    const call = random.pick(centre.engine.calls());
    if (call) centre.engine.pickUp(random.pick(EVERYBODY) ?? '', call.id);
  }

  /** Who talks parks his caller; or somebody comes for one who is parked. */
  private park(): void {
    const { random, centre } = this;
    const parked = random.pick(centre.engine.parked());
    if (parked && random.chance(0.5)) {
      centre.engine.retrieve(random.pick(EVERYBODY) ?? '', parked.slot);
      return;
    }
    const call = random.pick(centre.engine.calls());
    if (call?.agentId) centre.engine.park(call.agentId, call.id);
  }

  /** A party that talks holds or resumes, by desk or by phone; or a phone in whatever state does. */
  private hold(): void {
    const { random, centre } = this;
    const call = random.pick(centre.engine.calls());
    if (call?.agentId && random.chance(0.5)) {
      if (random.chance(0.5)) centre.engine.hold(call.agentId, call.id);
      else centre.engine.resume(call.agentId, call.id);
      return;
    }
    const legs = [...centre.telephony.legs].filter(([, leg]) => leg.state === 'answered');
    const legId = random.pick(legs)?.[0];
    const type = random.chance(0.4) ? 'leg.held' : 'leg.resumed';
    if (legId !== undefined) centre.submit({ type, at: centre.now(), legId });
  }

  /** Somebody tells what came of his calls, or a part of it. */
  private fillIn(): void {
    const { random, centre } = this;
    const agent = centre.agent(random.pick(EVERYBODY) ?? '');
    if (random.chance(0.3)) agent.fillsIn({ kind: random.pick(['pre-sale', 'after-sale']) });
    else agent.fillsIn({ kind: 'pre-sale', level: 'A', source: 'web', disposition: 'invited' });
  }

  private changeIntent(): void {
    const { random, centre } = this;
    const id = random.pick(EVERYBODY) ?? '';
    const lot = random.below(5);
    if (lot === 0) centre.engine.signOut(id);
    else if (lot === 1) centre.engine.notReady(id, 'break');
    else if (lot === 2 && centre.desktops.has(id)) centre.agent(id).losesDesktop();
    else centre.agent(id).atWork();
  }

  private closingTime(): void {
    if (this.random.chance(0.3)) this.signAllOut();
  }

  private signAllOut(): void {
    for (const id of EVERYBODY) this.centre.engine.signOut(id);
  }

  private changePhone(): void {
    const { random, centre } = this;
    const phoneId = `phone-${random.pick(EVERYBODY)}`;
    const at = centre.now();
    if (random.chance(0.3)) {
      centre.submit({ type: 'phone.unreachable', at, phoneId, reason: 'no-answer' });
    } else centre.submit({ type: 'phone.reachable', at, phoneId });
  }

  /** Everybody hangs up, everything catches up, the clock runs on; what is still promised is seen to by a person. */
  private async goHome(): Promise<string | null> {
    const { centre } = this;
    centre.attempts.isAway = false;
    for (const { legId } of this.callers) this.end(legId);
    this.signAllOut();
    await this.catchUp();
    const fault = this.fault ?? faultOf(centre);
    for (const { id } of centre.engine.promises()) settled(this, id);
    for (let minute = 0; minute < 60; minute += 1) {
      centre.clock.advance(60_000);
      await this.catchUp();
    }
    return fault ?? this.fault ?? faultOf(centre);
  }

  private async catchUp(): Promise<void> {
    for (const [legId, leg] of this.centre.telephony.legs)
      if (numberDialled(leg) !== undefined) this.end(legId);
    this.centre.journal.sync();
    this.endOrphans();
    this.fileRecordings();
    await told();
  }
}

/** What was asked of the database is answered. */
const told = (): Promise<void> => new Promise(setImmediate);
