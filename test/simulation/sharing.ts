/**
 * Three stores that share some of their people, each with a floor of its own, on a day of random calls against the real
 * engine. After every step nobody waits whom somebody may take, and nobody is taken whom a floor needs.
 */
import type { AgentView, OfferView } from '../../src/domain/notices';
import { TestCentre, type Caller } from '../support/centre/centre';
import { sharedPlan } from '../support/centre/sharing';
import { seeded, type Random } from './random';

const PEOPLE = ['ann', 'bea', 'cui', 'dan', 'eva', 'fan'];
const STORES = ['beijing', 'shanghai', 'xian'];

interface Store {
  id: string;
  keep: number;
  people: string[];
}

/** The first fault, or null; how often somebody was kept from who waits, and taken all the same. */
export interface Shared {
  fault: string | null;
  kept: number;
}

export function simulateSharing(seed: number, steps: number): Shared {
  const day = new Day(seed);
  for (let step = 0; step < steps; step += 1) {
    const fault = day.step();
    if (fault !== null) return { fault: `step ${step}: ${fault}`, kept: day.kept };
  }
  return { fault: day.goHome(), kept: day.kept };
}

class Day {
  kept = 0;
  private readonly random: Random;
  private readonly stores: Store[];
  private readonly centre: TestCentre;
  private readonly callers: Caller[] = [];

  constructor(seed: number) {
    const random = seeded(seed);
    this.random = random;
    this.stores = STORES.map((id) => ({
      id,
      keep: random.below(3),
      people: PEOPLE.filter(() => random.chance(0.7)),
    }));
    const strategy = random.pick(['longest-idle', 'top-down', 'random'] as const) ?? 'random';
    const queue = { strategy, ringSeconds: 100, wrapUpSeconds: random.pick([0, 10]) ?? 0 };
    const sharers = this.stores.map(({ id, ...store }) => [id, { ...store, queue }] as const);
    this.centre = new TestCentre({ plan: sharedPlan(Object.fromEntries(sharers)) });
  }

  step(): string | null {
    const { random, centre } = this;
    const [lot, before] = [random.below(10), this.free()];
    const known = new Set(this.offers().map(({ offerId }) => offerId));
    if (lot < 4) {
      const to = String(400 + random.below(STORES.length));
      this.callers.push(centre.call({ from: `+861380000${1000 + this.callers.length}`, to }));
    } else if (lot < 6) this.pickUp();
    else if (lot < 8) random.pick(this.callers)?.hangsUp();
    else if (lot < 9) this.changeIntent();
    else centre.clock.advance(random.below(3000));
    const made = this.offers().filter(({ offerId }) => !known.has(offerId));
    return centre.bugs[0] ?? this.forgotten() ?? this.robbed(before, made);
  }

  goHome(): string | null {
    for (const one of this.callers) one.hangsUp();
    this.centre.clock.advance(60_000);
    const { legs, calls, timers } = this.centre.leftovers();
    const left = [...legs, ...calls, ...timers];
    return left.length > 0 ? `left: ${left.join()}` : null;
  }

  private pickUp(): void {
    const rung = this.random.pick(this.offers());
    if (rung) this.centre.agent(rung.agentId).picksUp();
  }

  private changeIntent(): void {
    const id = this.random.pick(
      PEOPLE.filter((one) => this.stores.some((s) => s.people.includes(one))),
    );
    if (id === undefined) return;
    if (this.random.chance(0.3)) this.centre.engine.notReady(id, 'lunch');
    else this.centre.engine.ready(id);
  }

  private offers(): OfferView[] {
    return this.centre.engine.agents().flatMap(({ id }) => this.centre.engine.offers(id));
  }

  private free(): Set<string> {
    const isFree = ({ intent, activity }: AgentView) =>
      intent.is === 'ready' && activity === 'idle';
    return new Set(
      this.centre.engine
        .agents()
        .filter(isFree)
        .map(({ id }) => id),
    );
  }

  /** Those of the store's people who have its callers. */
  private having({ id, people }: Store): string[] {
    const { engine, journal } = this.centre;
    return engine.agents().flatMap((agent) => {
      if (agent.callId === null || !people.includes(agent.id)) return [];
      const last = journal
        .of('call.saved')
        .filter(({ call }) => call.id === agent.callId)
        .at(-1);
      const live = engine.calls().find((call) => call.id === agent.callId);
      return (live ?? last?.call)?.queueId === id ? [agent.id] : [];
    });
  }

  /** Of the needs of all but that store, those that these agents can meet: by trying every way. */
  private met(free: ReadonlySet<string>, but: Store): number {
    const places = this.stores
      .filter((store) => store !== but)
      .flatMap((store) => {
        const need = Math.max(0, store.keep - this.having(store).length);
        return Array.from({ length: need }, () => store.people.filter((id) => free.has(id)));
      });
    const most = (at: number, taken: readonly string[]): number => {
      const place = places[at];
      if (!place) return taken.length;
      const ways = place
        .filter((id) => !taken.includes(id))
        .map((id) => most(at + 1, [...taken, id]));
      return Math.max(most(at + 1, taken), ...ways);
    };
    return most(0, []);
  }

  /** Somebody waits and could be taken. */
  private forgotten(): string | null {
    const free = this.free();
    for (const store of this.stores) {
      const view = this.centre.engine.queues().find(({ id }) => id === store.id);
      const able = store.people.filter((id) => free.has(id));
      if (!view || view.waiting === 0 || able.length === 0) continue;
      if (this.having(store).length < Math.max(1, store.keep))
        return `${store.id} is owed ${able.join()}`;
      const all = this.met(free, store);
      const spare = able.find((id) => this.met(without(free, id), store) === all);
      if (spare !== undefined) return `${spare} is nobody's, and ${store.id} waits`;
      this.kept += 1;
    }
    return null;
  }

  /** Somebody was taken whom others needed, by a store that had its own share. */
  private robbed(before: ReadonlySet<string>, made: readonly OfferView[]): string | null {
    const [only] = made;
    const store = this.stores.find(({ id }) => id === only?.queueId);
    if (!only || !store || made.length > 1 || !before.has(only.agentId)) return null;
    if (this.having(store).length - 1 < Math.max(1, store.keep)) return null;
    const free = this.free();
    const all = this.met(new Set([...free, only.agentId]), store);
    return this.met(free, store) < all ? `${only.agentId} was taken from who needs him` : null;
  }
}

const without = (free: ReadonlySet<string>, id: string): Set<string> =>
  new Set([...free].filter((one) => one !== id));
