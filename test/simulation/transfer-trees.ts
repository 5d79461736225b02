/**
 * A tree of transfers: a few callers are sent from one telemarketer to the other and from queue to queue,
 * are put on hold, refused and forgotten, hang up at any moment, while app and edge are killed over it.
 * Everything follows from a seed, and each step from its own, so that a tree that goes wrong can be made smaller by
 * leaving steps out. After every step nobody may stand where he should not; at the end
 * nothing is left of anybody but what stands in the records.
 */
import type { CallSnapshot } from '../../src/domain/records';
import { TestCentre, type Caller } from '../support/centre/centre';
import { appFalls, appReturns, part } from '../support/centre/fall';
import { faultOf } from './invariants';
import { OPERATIONS, type Operation } from './operations';
import { seeded, type Random } from './random';
import { recordsFault } from './transfer-records';

const SALES = ['ann', 'bea'];
const AUTO_READY = ['cui'];
const NAILED_UP = ['fay'];
const SERVICE = ['dan', 'eva'];
const EVERYBODY = [...SALES, ...NAILED_UP, ...AUTO_READY, ...SERVICE];
const CALLERS = 3;
/** Outside numbers; one of them is the first caller's own. */
const NUMBERS = ['13900000009', '13900000008', '13800000000'];
const STEPS = 70;
/** Long enough for the disk; what one step brings about is lost together. */
const BETWEEN_MS = 20;

export interface TreeResult {
  /** What was wrong first, with the smallest history that leads to it; null when nothing was. */
  fault: string | null;
  /** Talks that began, by how many of them their call had before. */
  talks: number;
  /** States of calls that were seen, as `outbound talking`; of a consultation with who is heard; what phones did. */
  reached: ReadonlySet<string>;
}

export function growTree(seed: number, operations = OPERATIONS): TreeResult {
  const run = (steps: readonly number[]) => {
    const scene = new TransferScene(seed, operations);
    return { scene, fault: scene.run(steps) };
  };
  const all = Array.from({ length: STEPS }, (_, step) => step);
  let { scene, fault } = run(all);
  for (const step of fault ? all.toReversed() : []) {
    const smaller = run(scene.steps.filter((one) => one !== step));
    if (smaller.fault) ({ scene, fault } = smaller);
  }
  return {
    fault: fault && `seed ${seed}: ${fault}\n${scene.history.join(' > ')}`,
    talks: scene.centre.media.recorded.length,
    reached: scene.reached,
  };
}

const heardIn = (consult: CallSnapshot['consult']): string =>
  consult?.queueId === undefined ? (consult?.answered ? consult.hears : '') : 'in line';

export class TransferScene {
  readonly centre: TestCentre;
  readonly callers: Caller[] = [];
  readonly history: string[] = [];
  readonly reached = new Set<string>();
  /** Those that were taken. */
  readonly steps: number[] = [];
  /** Of the step that is being taken. */
  random: Random;
  /** From then on a call may be broken. */
  edgeFell = false;
  readonly anyone = (): string => this.random.pick(EVERYBODY) ?? '';
  readonly number = (): string => this.random.pick(NUMBERS) ?? '';
  /** Calls that our people placed. */
  readonly placed: string[] = [];
  /** Whose phones began legs by themselves. */
  readonly dialling = new Map<string, string>();

  constructor(
    private readonly seed: number,
    private readonly operations: readonly Operation[],
  ) {
    this.random = seeded(seed);
    this.centre = new TestCentre({
      agents: SALES,
      nailedUp: NAILED_UP,
      autoReady: AUTO_READY,
      service: SERVICE,
      queue: {
        wrapUpSeconds: this.random.pick([0, 10]) ?? 0,
        ringSeconds: 15,
        strategy: this.random.pick(['longest-idle', 'ring-all'] as const) ?? 'ring-all',
      },
      hotline: { notice: this.random.pick(['default', 'none'] as const) ?? 'default' },
    });
    const { telephony, media, journal } = this.centre;
    telephony.holdAnswers = true;
    telephony.holdEnds = true;
    media.holdFiles = true;
    journal.holdSync = true;
    for (const id of [...SALES, ...NAILED_UP]) this.centre.agent(id).atWork();
    for (const id of NAILED_UP) telephony.nailedUp(id);
  }

  run(steps: readonly number[]): string | null {
    this.arrives();
    for (const step of steps) {
      this.steps.push(step);
      this.random = seeded(this.seed * STEPS + step);
      const fault = this.step();
      if (fault) return fault;
    }
    return this.ends() ?? recordsFault(this);
  }

  private step(): string | null {
    let lot = this.random.below(this.operations.reduce((sum, { weight }) => sum + weight, 0));
    const next = this.operations.find(({ weight }) => (lot -= weight) < 0);
    this.history.push(next?.name ?? '');
    this.centre.clock.advance(BETWEEN_MS);
    if (this.centre.life.isOver) this.appFell();
    next?.does(this);
    this.dialogsGoOn();
    this.consultFilesStopped();
    if (this.centre.life.isOver) {
      this.appFell();
      this.dialogsGoOn();
    }
    for (const { direction, state, consult } of this.centre.engine.calls())
      this.reached.add([direction, state, heardIn(consult)].join(' ').trim());
    return faultOf(this.centre);
  }

  /** What happens before the next app is there, if anything does; that one soon knows who calls. */
  appFell(meanwhile: () => void = () => undefined): void {
    const inTheMiddle = this.centre.life.isOver;
    appFalls(this.centre, inTheMiddle || this.random.chance(0.3) ? Infinity : 0);
    meanwhile();
    appReturns(this.centre);
    this.callersAreLookedUp();
  }

  arrives(): void {
    if (this.callers.length === CALLERS) return;
    this.callers.push(this.centre.call({ from: `+861380000000${this.callers.length}` }));
  }

  /** From a desk; by whoever may. */
  places(number: string): void {
    const call = this.centre.engine.call(this.anyone(), { number });
    if (typeof call === 'string') return;
    this.placed.push(call.id);
    this.callersAreLookedUp();
  }

  /** Disk, files, and legs that were told to end. */
  catchesUp(): void {
    const { centre, random } = this;
    const { telephony, journal } = centre;
    if (random.chance(0.7)) journal.sync();
    if (random.chance(0.6)) this.filesStopped();
    if (random.chance(0.5)) this.callersAreLookedUp();
    if (random.chance(0.8)) for (const legId of [...telephony.toldToEnd]) this.legEnds(legId);
  }

  /** The database answers who calls: nobody whom it knows. */
  callersAreLookedUp(): void {
    const { centre } = this;
    for (const callId of [...this.callers.map(({ callId }) => callId), ...this.placed])
      centre.submit({
        ...{ type: 'lookup.completed', at: centre.now(), callId, lookup: { result: 'none' } },
      });
  }

  private filesStopped(): void {
    const { media } = this.centre;
    for (const [id, { callId }] of [...media.recordings])
      if (media.stopped.has(id)) media.file(callId, id);
  }

  /** By its legs nobody could tell whose a consultation was: its file is finished long before its call is over. */
  private consultFilesStopped(): void {
    const { media, telephony } = this.centre;
    for (const [id, { callId, left }] of [...media.recordings])
      if (media.stopped.has(id) && telephony.dials.some(({ legId }) => legId === left))
        media.file(callId, id);
  }

  /** A phone that dialled has our 200 at once, and a BYE ends our leg; only a phone that we CANCEL has its say. */
  private dialogsGoOn(): void {
    const { telephony } = this.centre;
    for (const legId of this.dialling.keys()) {
      const leg = telephony.legs.get(legId);
      if (leg?.answers && leg.state !== 'answered') telephony.answered(legId);
    }
    // Of a set: those that such an end brings about as well.
    for (const legId of telephony.toldToEnd)
      if (telephony.legs.get(legId)?.state !== 'dialled') this.legEnds(legId);
  }

  private legEnds(legId: string): void {
    part(this.centre, legId);
    this.centre.telephony.end(legId, 'hangup');
  }

  /** Callers hang up, agents go home, the world catches up, an hour passes. */
  private ends(): string | null {
    const { centre } = this;
    const { telephony, journal, clock } = centre;
    centre.life.endAfter(Number.POSITIVE_INFINITY);
    for (const { legId } of this.callers) this.legEnds(legId);
    // Whoever was called, or talks with a number of ours, hangs up as well.
    for (const [legId, leg] of [...telephony.legs])
      if (leg.dial || this.dialling.has(legId)) this.legEnds(legId);
    for (const id of EVERYBODY) centre.engine.signOut(id);
    for (let round = 0; round < 3; round++) {
      journal.sync();
      this.callersAreLookedUp();
      this.filesStopped();
      for (const legId of [...telephony.toldToEnd]) this.legEnds(legId);
      clock.advance(10_000);
    }
    clock.advance(3_600_000);
    return faultOf(centre);
  }
}
