/**
 * A tree of transfers: a few callers are sent from one telemarketer to the other and from queue to queue,
 * are put on hold, refused and forgotten, hang up at any moment, while app and edge are killed over it.
 * Everything follows from a seed. After every step nobody may stand where he should not; at the end
 * nothing is left of anybody but what stands in the records.
 */
import { TestCentre, type Caller } from '../support/centre/centre';
import { appFalls, appReturns, part } from '../support/centre/fall';
import { faultOf } from './invariants';
import { OPERATIONS, type Operation } from './operations';
import { seeded, type Random } from './random';
import { recordsFault } from './transfer-records';

const SALES = ['ann', 'bea'];
const AUTO_READY = ['cui'];
const SERVICE = ['dan', 'eva'];
const EVERYBODY = [...SALES, ...AUTO_READY, ...SERVICE];
const CALLERS = 3;
const STEPS = 70;
/** Long enough for the disk; what one step brings about is lost together. */
const BETWEEN_MS = 20;

export interface TreeResult {
  /** What was wrong first, with the history that led to it; null when nothing was. */
  fault: string | null;
  /** Talks that began, by how many of them their call had before. */
  talks: number;
  centre: TestCentre;
}

export function growTree(seed: number, operations = OPERATIONS): TreeResult {
  const scene = new TransferScene(seed, operations);
  const fault = scene.run();
  return {
    fault: fault && `seed ${seed}: ${fault}\n${scene.history.join(' > ')}`,
    talks: scene.centre.media.recorded.length,
    centre: scene.centre,
  };
}

export class TransferScene {
  readonly centre: TestCentre;
  readonly random: Random;
  readonly callers: Caller[] = [];
  readonly history: string[] = [];
  /** From then on a call may be broken. */
  edgeFell = false;
  readonly anyone = (): string => this.random.pick(EVERYBODY) ?? '';

  constructor(
    seed: number,
    private readonly operations: readonly Operation[],
  ) {
    this.random = seeded(seed);
    this.centre = new TestCentre({
      agents: SALES,
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
    for (const id of SALES) this.centre.agent(id).atWork();
  }

  run(): string | null {
    this.arrives();
    for (let step = 0; step < STEPS; step++) {
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
    this.dialogsEnd();
    if (this.centre.life.isOver) this.appFell();
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
  private callersAreLookedUp(): void {
    const { centre } = this;
    for (const { callId } of this.callers)
      centre.submit({
        ...{ type: 'lookup.completed', at: centre.now(), callId, lookup: { result: 'none' } },
      });
  }

  private filesStopped(): void {
    const { media } = this.centre;
    for (const [id, { callId }] of [...media.recordings])
      if (media.stopped.has(id)) media.file(callId, id);
  }

  /** A BYE ends our leg at once; only a phone that we CANCEL has its say. */
  private dialogsEnd(): void {
    const { telephony } = this.centre;
    for (const legId of [...telephony.toldToEnd])
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
