import { startCentre, type TestCentre } from '../support/centre/centre';
import { sharedPlan } from '../support/centre/sharing';

let centre: TestCentre;

const PEOPLE = ['bob', 'dan', 'eve', 'fan'];

function start(reservedForInbound: number, keep = 0): void {
  const plan = sharedPlan({ beijing: { people: PEOPLE, keep } });
  const stores = plan.stores.map((store) => ({ ...store, reservedForInbound }));
  centre = startCentre({ plan: { ...plan, stores, numbers: { outsidePrefixes: ['9'] } } });
}

const takeable = () => centre.engine.outboundAgents('beijing');

afterEach(() => expect(centre.bugs).toEqual([]));

describe('agents whom a store reserves for its callers (A11)', () => {
  test('no campaign may take them, whoever of them has a caller or has none', () => {
    start(3);
    expect(takeable()).toEqual(['bob']);
    const alice = centre.call();
    expect(takeable()).toEqual(['dan']);
    centre.agent('bob').picksUp();
    expect(takeable()).toEqual(['dan']);
    alice.hangsUp();
    centre.engine.notReady('eve', 'lunch');
    expect(takeable()).toEqual([]);
  });

  test('who places a call is not there for callers, and one less may be taken', () => {
    start(2);
    expect(takeable()).toHaveLength(2);
    centre.engine.call('bob', { number: '13800000009' });
    expect(centre.agent('bob').does).toBe('calling');
    expect(takeable()).toEqual(['dan']);
  });

  test('nobody is taken for whom a caller waits; nor whom a queue keeps', () => {
    start(0, 2);
    expect(takeable()).toEqual(['bob', 'dan']);
    for (const id of PEOPLE) centre.engine.notReady(id, 'lunch');
    const alice = centre.call();
    expect([alice.state, takeable()]).toEqual(['queued', []]);
    centre.engine.ready('bob');
    expect([alice.state, takeable()]).toEqual(['offered', []]);
  });

  test('a store that reserves nobody, and one that the plan does not have', () => {
    start(0);
    expect(takeable()).toEqual(PEOPLE);
    expect(centre.engine.outboundAgents('nowhere')).toEqual([]);
  });
});
