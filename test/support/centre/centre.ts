/**
 * A contact centre for stories: Alice calls, Bob works, the clock moves when the test says so.
 *
 *     const centre = startCentre({ agents: ['bob'] });
 *     const bob = centre.agent('bob').atWork();
 *     const alice = centre.call();
 *     bob.receivesOffer().picksUp();
 *     alice.hears === 'bob'
 */
import { UNUSED } from '../../../src/domain/dial/budget';
import type { EndCause } from '../../../src/domain/end-cause';
import type { CallArrived, DomainEvent, Lookup } from '../../../src/domain/events';
import type { RawAnswers } from '../../../src/domain/form/reading';
import type { OfferView } from '../../../src/domain/notices';
import type { CallSnapshot, CallStateName } from '../../../src/domain/records';
import type { Known } from '../../../src/engine/known';
import type { Plan } from '../../../src/domain/plan';
import type { ContactCentre } from '../../../src/engine/contact-centre';
import { Acknowledgements } from '../../../src/engine/sign-in/acknowledgements';
import { seeded } from '../../simulation/random';
import { FakeClock } from './clock';
import { FakeAttempts } from './attempts';
import { FakeJournal } from './journal';
import { Life } from './life';
import { planWith, type PlanOptions } from './plan';
import {
  agentDialled,
  FakeLookup,
  FakeMedia,
  FakePins,
  FakePush,
  FakeTelephony,
  numberDialled,
} from './world';

export interface CentreOptions extends PlanOptions {
  /** Instead of the one that the other options make. */
  plan?: Plan;
  known?: Partial<Known>;
  /** Promises are kept by calls back; else they wait for whoever calls. */
  callsBack?: boolean;
}

export interface CallOptions {
  /** `''` withholds the number. */
  from?: string;
  to?: string;
  lookup?: Lookup;
  /** Offers no audio that we could take. */
  unusable?: 'no-media' | 'over-capacity';
  /** For a talk there is no stream. */
  full?: true;
  /** Little is left for the next callers. */
  crowded?: true;
}

export const ALICE = '+8613800000001';
export const CAROL = '+8613800000002';

/** What Alice hears when her number is read to her. */
export const YOUR_NUMBER = 'number-confirm-before+digits 13800000001+number-confirm';

export class TestCentre {
  readonly submit = (event: DomainEvent): void => this.life.hear(event);
  readonly clock = new FakeClock((event) => this.submit(event));
  readonly now = (): number => this.clock.now();
  readonly telephony = new FakeTelephony((event) => this.submit(event), this.now);
  readonly media = new FakeMedia((event) => this.submit(event), this.now);
  readonly journal = new FakeJournal();
  readonly push = new FakePush();
  readonly lookup = new FakeLookup();
  readonly pins = new FakePins();
  readonly acknowledged = new Acknowledgements(this.journal, this.now);
  readonly attempts = new FakeAttempts(this.journal);
  /** Bugs that the engine reported; a story must end with none unless it is about one. */
  readonly bugs: string[] = [];
  readonly logged: object[] = [];
  /** Pages that are open, by their person; whoever has one looks for the next app. */
  readonly desktops = new Map<string, string[]>();
  /** The app that lives now; `fall.ts` ends it and begins another. */
  life: Life;
  private ids = 0;
  /** Whatever is decided by lot. */
  private readonly random = seeded(6);

  constructor(readonly options: CentreOptions = {}) {
    this.life = this.begin();
    this.engine.start(this.plan, {
      agents: [],
      promises: [],
      budget: UNUSED,
      blocks: [],
      hotlines: [],
      ...options.known,
    });
    if (options.callsBack) this.engine.keepPromises();
  }

  get engine(): ContactCentre {
    return this.life.engine;
  }

  get plan(): Plan {
    return this.options.plan ?? planWith(this.options);
  }

  /** Another app in the same world, which knows nothing yet. */
  begin(): Life {
    this.life = new Life({
      telephony: this.telephony,
      media: this.media,
      journal: this.journal,
      push: this.push,
      clock: this.clock,
      lookup: this.lookup,
      pins: this.pins,
      acknowledged: this.acknowledged,
      attempts: this.attempts,
      makeId: () => this.id(),
      random: this.random.next,
      log: {
        info: (fields) => this.logged.push(fields),
        warn: () => undefined,
        error: (fields, message) => {
          const { err } = fields as { err?: Error };
          this.bugs.push(`${message}: ${err?.message ?? ''}`);
        },
      },
    });
    return this.life;
  }

  /** Ids in the order of their making, as UUIDv7 are. */
  id(): string {
    return `id-${String(++this.ids).padStart(6, '0')}`;
  }

  agent(id: string): Agent {
    return new Agent(this, id);
  }

  /** A call arrives from the trunk. */
  call({
    from = ALICE,
    to = '400',
    lookup = { result: 'none' },
    unusable,
    full,
    crowded,
  }: CallOptions = {}): Caller {
    const caller = new Caller(this, this.id(), this.id());
    const arrival: CallArrived = {
      type: 'call.arrived',
      at: this.now(),
      callId: caller.callId,
      legId: caller.legId,
      ids: { entryId: this.id(), leadId: this.id(), promiseId: this.id() },
      trunkId: 'carrier',
      from,
      displayName: '',
      to,
      lookup,
      ...(unusable ? { unusable } : {}),
      ...(full ? { full } : {}),
      ...(crowded ? { crowded } : {}),
    };
    this.telephony.arrives(caller.legId, arrival);
    this.submit(arrival);
    return caller;
  }

  /** Everything that lives on: for "nothing is left behind". */
  leftovers() {
    return {
      legs: [...this.telephony.legs.keys()],
      recordings: [...this.media.recordings.keys()],
      calls: this.engine.calls().map(({ id }) => id),
      timers: this.clock.armed(),
    };
  }
}

export const startCentre = (options: CentreOptions = {}): TestCentre => new TestCentre(options);

/** The one who rings up. */
export class Caller {
  constructor(
    private readonly centre: TestCentre,
    readonly callId: string,
    readonly legId: string,
  ) {}

  /** `nothing`, `ringing`, `silence`, `music`, prompts joined by `+`, a name, or `gone: cause`. */
  get hears(): string {
    const { telephony, media } = this.centre;
    const leg = telephony.legs.get(this.legId);
    if (!leg) return `gone: ${telephony.ends.get(this.legId) ?? 'never came'}`;
    if (leg.state === 'arriving') return 'nothing';
    if (leg.state === 'ringing' && !leg.sound) return 'ringing';
    const partner = media.bridges.get(this.legId);
    if (media.conference.includes(this.legId)) return 'both';
    if (partner !== undefined) return nameAt(telephony.legs.get(partner)) ?? 'nobody';
    const play = media.plays.get(this.legId);
    if (play) return play.prompts.join('+');
    return media.musicOn.has(this.legId) ? 'music' : 'silence';
  }

  /** All prompts this caller was given, one string a play. */
  get heard(): string[] {
    return this.centre.media.played
      .filter(({ legId }) => legId === this.legId)
      .map(({ prompts }) => prompts.join('+'));
  }

  hearsToTheEnd(): this {
    this.centre.media.finish(this.legId);
    return this;
  }

  /** Presses nothing, whatever he is asked, and listens until we hang up. */
  listensOn(): this {
    while (this.centre.media.plays.has(this.legId)) {
      this.hearsToTheEnd();
      this.centre.clock.advance(5000);
    }
    return this;
  }

  hangsUp(cause: EndCause = 'hangup'): this {
    this.centre.telephony.end(this.legId, cause);
    return this;
  }

  /** One key after the other. */
  presses(keys: string): this {
    for (const key of keys) this.centre.media.key(this.callId, this.legId, key);
    return this;
  }

  /** The call as last written down. */
  get record(): CallSnapshot {
    const saved = this.centre.journal
      .of('call.saved')
      .filter(({ call }) => call.id === this.callId);
    const last = saved.at(-1);
    if (!last) throw new Error('the call was never written down');
    return last.call;
  }

  get state(): CallStateName {
    return this.centre.engine.calls().find(({ id }) => id === this.callId)?.state ?? 'closed';
  }

  /** How the place in the queue ended; null while it stands. */
  get entryOutcome(): string | null {
    const saved = this.centre.journal
      .of('entry.saved')
      .filter(({ entry }) => entry.callId === this.callId);
    return saved.at(-1)?.entry.outcome ?? null;
  }
}

const nameAt = (leg: Parameters<typeof agentDialled>[0]): string | undefined =>
  agentDialled(leg) ?? numberDialled(leg);

/** The one who takes calls. */
export class Agent {
  constructor(
    private readonly centre: TestCentre,
    readonly id: string,
  ) {}

  /** Opens his desktop, signs in and says "ready". */
  atWork(): this {
    if (!this.centre.desktops.has(this.id)) this.opensDesktop();
    this.centre.engine.signIn(this.id);
    this.centre.engine.ready(this.id);
    return this;
  }

  /** One more page. */
  opensDesktop(): this {
    const { desktops } = this.centre;
    const page = this.centre.id();
    desktops.set(this.id, [...(desktops.get(this.id) ?? []), page]);
    this.centre.engine.presence.connected(this.id, page);
    return this;
  }

  /** The oldest of his pages goes. */
  losesDesktop(): this {
    const { desktops } = this.centre;
    const [page, ...others] = desktops.get(this.id) ?? [];
    if (page === undefined) throw new Error(`${this.id} has no desktop`);
    if (others.length > 0) desktops.set(this.id, others);
    else desktops.delete(this.id);
    this.centre.engine.presence.lost(this.id, page);
    return this;
  }

  get view() {
    const view = this.centre.engine.agents().find(({ id }) => id === this.id);
    if (!view) throw new Error(`${this.id} is no agent`);
    return view;
  }

  /** He tells what came of his calls, as far as he owes it. */
  fillsIn(answers: RawAnswers = { kind: 'after-sale', disposition: 'answered' }): this {
    const { forms } = this.centre.engine;
    for (const callId of this.view.openForms ?? []) {
      const form = forms.form(callId);
      if (form) forms.fill(this.id, answers, form);
    }
    return this;
  }

  get does(): string {
    return this.view.activity;
  }

  get offer(): OfferView | undefined {
    return this.centre.engine.offers(this.id)[0];
  }

  /** The leg to his phone that has not ended; the newest. */
  get leg(): string | undefined {
    const { legs } = this.centre.telephony;
    return [...legs].reverse().find(([, leg]) => agentDialled(leg) === this.id)?.[0];
  }

  /** `silent`, `rings` or `answered`. */
  get phone(): string {
    const leg = this.leg === undefined ? undefined : this.centre.telephony.legs.get(this.leg);
    if (!leg) return 'silent';
    return leg.state === 'answered' ? 'answered' : 'rings';
  }

  /** The desktop confirms the pop; the phone rings from here on. */
  receivesOffer(): this {
    const { offer } = this;
    if (!offer) throw new Error(`${this.id} has no offer`);
    this.centre.engine.offerReceived(this.id, offer.offerId);
    return this;
  }

  picksUp(): this {
    this.centre.telephony.answered(this.ringing());
    return this;
  }

  refuses(cause: EndCause = 'declined'): this {
    this.centre.telephony.end(this.ringing(), cause);
    return this;
  }

  hangsUp(): this {
    this.centre.telephony.end(this.ringing(), 'hangup');
    return this;
  }

  hearsToTheEnd(): this {
    this.centre.media.finish(this.ringing());
    return this;
  }

  /** Whom he talks with: `caller`, `both` of two, or whom we dialled; null when with nobody. */
  get talksWith(): string | null {
    const { media, telephony } = this.centre;
    const leg = this.ringing();
    if (media.conference.includes(leg)) return 'both';
    const partner = media.bridges.get(leg);
    if (partner === undefined) return null;
    return nameAt(telephony.legs.get(partner)) ?? 'caller';
  }

  /** What is heard at his phone: `caller`, `music`, `silence`, or prompts joined by `+`. */
  get hears(): string {
    const { media } = this.centre;
    const leg = this.ringing();
    if (media.bridges.has(leg)) return 'caller';
    return (
      media.plays.get(leg)?.prompts.join('+') ?? (media.musicOn.has(leg) ? 'music' : 'silence')
    );
  }

  private ringing(): string {
    const { leg } = this;
    if (leg === undefined) throw new Error(`the phone of ${this.id} is silent`);
    return leg;
  }
}
