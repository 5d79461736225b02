import { newLeads, TEAM_SOURCES } from '../../../../src/domain/metrics/new-leads';
import { seeded } from '../../../simulation/random';

test('A21: new leads are those who called in, of headquarters, of the web and of the showroom', () => {
  const counts = [
    ...[
      { source: 'inbound', count: 40 },
      { source: 'hq', count: 10 },
      { source: 'web', count: 7 },
      { source: 'showroom', count: 3 },
    ],
    ...[
      { source: 'outbound', count: 100 },
      { source: 'walk-in', count: 20 },
    ],
  ];
  expect(newLeads(counts)).toEqual({
    bySource: { inbound: 40, hq: 10, web: 7, showroom: 3 },
    ...{ total: 60, others: 120 },
  });
});

test('A21: the total is the sum of the four, and nobody is lost or counted twice', () => {
  const random = seeded(21);
  const sources = [...TEAM_SOURCES, 'outbound', 'walk-in', 'manual', ''];
  for (let round = 0; round < 300; round += 1) {
    const leads = Array.from({ length: random.below(200) }, () => random.pick(sources)!);
    const { bySource, total, others } = newLeads(leads.map((source) => ({ source, count: 1 })));
    const of = (source: string) => leads.filter((one) => one === source).length;
    expect(total).toBe(of('inbound') + of('hq') + of('web') + of('showroom'));
    expect(total).toBe(bySource.inbound + bySource.hq + bySource.web + bySource.showroom);
    expect(total + others).toBe(leads.length);
  }
});
