/**
 * Whatever a day's engine was told, in order, with the ids that it drew meanwhile: played to a fresh engine in a world
 * that answers nothing, it has to write the same journal again.
 */
import { createHash } from 'node:crypto';
import { UNUSED } from '../../src/domain/dial/budget';
import type { DomainEvent } from '../../src/domain/events';
import type { JournalRecord } from '../../src/domain/records';
import { ContactCentre } from '../../src/engine/contact-centre';
import type { World } from '../../src/engine/perform';
import type { TestCentre } from '../support/centre/centre';
import type { Instant } from '../../src/domain/time';
import { MORNING } from '../support/centre/clock';
import { seeded } from './random';

export interface Tape {
  events: (readonly DomainEvent[])[];
  ids: string[];
}

/** Told of every event, one at a time, when all that it brings about has been done. */
export type AfterEvent = (events: readonly DomainEvent[]) => void;

/** From now on; events that come of an event are handed in after it, as the engine's own inbox does. */
export function record(centre: TestCentre, before: AfterEvent, after: AfterEvent): Tape {
  const tape: Tape = { events: [], ids: [] };
  const inbox: (readonly DomainEvent[])[] = [];
  let isBusy = false;
  const { engine } = centre;
  const submitTogether = engine.submitTogether.bind(engine);
  engine.submitTogether = (events) => {
    inbox.push(events);
    if (isBusy) return;
    isBusy = true;
    for (let next = inbox.shift(); next; next = inbox.shift()) {
      tape.events.push(structuredClone(next));
      before(next);
      submitTogether(next);
      after(next);
    }
    isBusy = false;
  };
  const makeId = centre.id.bind(centre);
  centre.id = () => {
    const id = makeId();
    if (isBusy) tape.ids.push(id);
    return id;
  };
  return tape;
}

/** The journal that the tape makes of a fresh engine. */
export function replay(tape: Tape, centre: TestCentre): JournalRecord[] {
  const records: JournalRecord[] = [];
  const ids = [...tape.ids];
  let now: Instant = MORNING;
  const engine = new ContactCentre({
    ...deafWorld(),
    journal: {
      append: (_at, one) => void records.push(structuredClone(one)),
      flush: () => Promise.resolve(),
    },
    clock: { now: () => now, set: () => undefined, clear: () => undefined },
    makeId: () => ids.shift() ?? 'none is left',
    random: seeded(6).next,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  engine.start(centre.plan, {
    ...{ agents: [], promises: [], budget: UNUSED, blocks: [], hotlines: [] },
  });
  engine.keepPromises();
  for (const events of tape.events) {
    now = events[0]?.at ?? now;
    engine.submitTogether(structuredClone(events));
  }
  return records;
}

export const hashOf = (records: readonly JournalRecord[]): string =>
  createHash('sha256').update(JSON.stringify(records)).digest('hex');

/** It takes every command, and nothing comes of it: what came of it then is on the tape. */
function deafWorld(): Omit<World, 'journal' | 'clock'> {
  const deaf = new Proxy({}, { get: () => () => undefined });
  const away = new Proxy({}, { get: () => () => Promise.reject(new Error('not now')) });
  return {
    ...{ telephony: deaf, media: deaf, push: deaf },
    ...{ lookup: away, pins: away, attempts: away, acknowledged: deaf },
  } as unknown as Omit<World, 'journal' | 'clock'>;
}
