import type { Lookup } from '../../../../src/domain/events';
import { callerFacts, headStartMs } from '../../../../src/domain/queue/place';

const found = (facts: object): Lookup => ({ result: 'found', name: 'Alice', ...facts });

test.each<[Lookup, object | undefined]>([
  [{ result: 'none' }, undefined],
  [{ result: 'unavailable' }, undefined],
  [found({}), undefined],
  [found({ level: 'A' }), undefined],
  [found({ level: 'H' }), { level: 'H' }],
  [found({ ownerId: 'dan', level: 'B', complaint: true }), { ownerId: 'dan', complaint: true }],
])('of %j a queue is told %j', (lookup, facts) => expect(callerFacts(lookup)).toEqual(facts));

test.each([
  [undefined, undefined, 0],
  [{ ownerId: 'dan' }, undefined, 0],
  [{ level: 'H' as const }, undefined, 60_000],
  [{ complaint: true as const }, undefined, 120_000],
  [{ level: 'H' as const, complaint: true as const }, undefined, 120_000],
  [{ level: 'H' as const, complaint: true as const }, { levelH: 300, complaint: 0 }, 300_000],
  [{ complaint: true as const }, { complaint: 0 }, 0],
])('%j with %j has a head start of %i ms', (caller, rules, ms) => {
  expect(headStartMs(caller, rules)).toBe(ms);
});
