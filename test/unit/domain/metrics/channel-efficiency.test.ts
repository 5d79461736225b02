import { SOURCES } from '../../../../src/domain/form/choices';
import {
  channelEfficiency,
  type ChannelCount,
} from '../../../../src/domain/metrics/channel-efficiency';
import { seeded } from '../../../simulation/random';

const CHANNELS = SOURCES.map(({ id }) => id);

test('A30: a line for each of the eleven channels, with count, share and conversion', () => {
  const lines = channelEfficiency(CHANNELS, [
    { channel: 'web', leads: 30, deals: 3 },
    { channel: 'friends', leads: 10, deals: 4 },
    { channel: 'old-fair', leads: 5, deals: 0 },
    { channel: null, leads: 5, deals: 1 },
  ]);
  expect(CHANNELS).toHaveLength(11);
  expect(lines.map(({ channel }) => channel)).toEqual([...CHANNELS, 'old-fair', null]);
  expect(lines.find(({ channel }) => channel === 'web')).toEqual({
    ...{ channel: 'web', leads: 30, deals: 3 },
    share: { part: 30, whole: 50, percent: 60 },
    conversion: { part: 3, whole: 30, percent: 10 },
  });
  expect(lines.find(({ channel }) => channel === 'showroom')).toMatchObject({
    ...{ leads: 0, share: { percent: 0 }, conversion: { percent: null } },
  });
});

test('A30: the shares are the whole, whichever channels leads came by', () => {
  const random = seeded(30);
  for (let round = 0; round < 300; round += 1) {
    const counts = Array.from({ length: random.below(20) }, (): ChannelCount => {
      const leads = random.below(100);
      return {
        channel: random.pick([...CHANNELS, 'gone', null]) ?? null,
        ...{ leads, deals: random.below(leads + 1) },
      };
    });
    const lines = channelEfficiency(CHANNELS, counts);
    const all = counts.reduce((sum, { leads }) => sum + leads, 0);
    expect(lines.reduce((sum, { share }) => sum + share.part, 0)).toBe(all);
    expect(lines.every(({ share }) => share.whole === all)).toBe(true);
    expect(new Set(lines.map(({ channel }) => channel)).size).toBe(lines.length);
  }
});
