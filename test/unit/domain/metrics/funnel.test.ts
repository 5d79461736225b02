import { funnelOf, together, type FunnelCounts } from '../../../../src/domain/metrics/funnel';
import { ratioOf, share } from '../../../../src/domain/metrics/ratio';
import { seeded, type Random } from '../../../simulation/random';

/** As leads go: who closes has arrived, whoever arrived was a lead. */
function drawn(random: Random): FunnelCounts {
  const leads = random.below(random.chance(0.2) ? 3 : 5000);
  const arrived = random.below(leads + 1);
  const invited = random.below(leads + 1);
  const invitedArrived = random.below(Math.min(arrived, invited) + 1);
  return { leads, invited, arrived, invitedArrived, deals: random.below(arrived + 1) };
}

test('A41: arrivals = new leads x arrival rate and deals = arrivals x deal rate, exactly', () => {
  const random = seeded(41);
  for (let round = 0; round < 5000; round += 1) {
    const funnel = funnelOf(drawn(random));
    expect(share(funnel.arrival, funnel.leads)).toBe(funnel.arrived);
    expect(share(funnel.deal, funnel.arrived)).toBe(funnel.deals);
    expect(share(funnel.invitation, funnel.leads)).toBe(funnel.invited);
    expect(share(funnel.invitedToArrived, funnel.invited)).toBe(funnel.invitedArrived);
    // N13 with N13b: from new leads to deals in two steps.
    expect(share(funnel.deal, share(funnel.arrival, funnel.leads))).toBe(funnel.deals);
  }
});

test('A41: they hold for several sources together as for each', () => {
  const random = seeded(42);
  for (let round = 0; round < 500; round += 1) {
    const sources = Array.from({ length: 1 + random.below(5) }, () => drawn(random));
    const all = funnelOf(together(sources));
    const sum = (of: keyof FunnelCounts) => sources.reduce((total, one) => total + one[of], 0);
    expect(all.leads).toBe(sum('leads'));
    expect(share(all.arrival, all.leads)).toBe(sum('arrived'));
    expect(share(all.deal, all.arrived)).toBe(sum('deals'));
  }
});

test('A41: invited-to-arrived stands beside them; of nothing there is no ratio', () => {
  const funnel = funnelOf({ leads: 200, invited: 120, arrived: 60, invitedArrived: 54, deals: 20 });
  expect(funnel.invitation).toEqual({ part: 120, whole: 200, percent: 60 });
  expect(funnel.arrival).toEqual({ part: 60, whole: 200, percent: 30 });
  expect(funnel.invitedToArrived).toEqual({ part: 54, whole: 120, percent: 45 });
  expect(funnel.deal).toEqual({ part: 20, whole: 60, percent: 33.3 });
  const nothing = funnelOf(together([]));
  expect(nothing.arrival).toEqual({ part: 0, whole: 0, percent: null });
  expect(share(nothing.arrival, 0)).toBe(0);
});

test.each([
  [1, 3, 33.3],
  [2, 3, 66.7],
  [1, 2000, 0.1],
  [1, 2001, 0],
  [3, 3, 100],
])('%i of %i are shown as %d per cent', (part, whole, percent) => {
  expect(ratioOf(part, whole).percent).toBe(percent);
});
