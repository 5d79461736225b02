import { Registry } from 'prom-client';
import type { TrunkView } from '../../src/domain/trunk/view';
import { gaugeTrunks } from '../../src/http/metrics';
import { startHttp } from '../support/http';
import { OFFICES, PLAN } from '../support/two-stores';

const FULL: TrunkView = {
  ...{ id: 'carrier', channels: 30, used: 30, peak: 31, minutesFull: 4, nearlyFull: true },
  ...{ reservedForInbound: 15, cps: null },
  gateways: [
    { address: 'sip:192.0.2.10', up: true },
    { address: 'sip:192.0.2.11', up: false },
  ],
  registration: { is: 'failing', since: 1_760_000_000_000, status: 403 },
};
const SPARE: TrunkView = { ...FULL, id: 'spare', cps: 5, gateways: [], registration: null };

test('who oversees a store sees the trunks as they stand', async () => {
  const http = startHttp({ deps: { trunks: () => [FULL, SPARE] } });
  const response = await http.ask('chen', 'GET', '/api/trunks');
  expect(response.json()).toEqual({ items: [FULL, SPARE], next: null });
  await http.close();
});

test('A68: of trunks that stores have for themselves he sees those of his own', async () => {
  const http = startHttp({ deps: { trunks: () => [FULL, SPARE] } });
  const own: Record<string, string[]> = { bj01: ['carrier'], sh01: ['spare'] };
  const applied = (): void => {
    const stores = PLAN.stores.map((store) => ({ ...store, trunks: own[store.id] }));
    http.live.thePlan = { ...PLAN, stores, people: [...PLAN.people, ...OFFICES] };
  };
  applied();
  const seen = async (who: string) =>
    (await http.ask(who, 'GET', '/api/trunks'))
      .json<{ items: { id: string }[] }>()
      .items.map(({ id }) => id);
  expect(await seen('chen')).toEqual(['carrier']);
  expect(await seen('zhou')).toEqual(['spare']);
  expect(await seen('song')).toEqual(['carrier', 'spare']);
  // One that no store names brings calls to all of them.
  own['sh01'] = [];
  applied();
  expect(await seen('chen')).toEqual(['carrier', 'spare']);
  await http.close();
});

test('metrics of trunks; none of an account where there is none', async () => {
  const registry = new Registry();
  gaugeTrunks(registry, () => [FULL, SPARE]);
  const text = await registry.metrics();
  for (const line of [
    'openline_trunk_channels{trunk="carrier"} 30',
    'openline_trunk_channels_used{trunk="carrier"} 30',
    'openline_trunk_channels_peak{trunk="carrier"} 31',
    'openline_trunk_minutes_full{trunk="spare"} 4',
    'openline_trunk_gateways_down{trunk="carrier"} 1',
    'openline_trunk_gateways_down{trunk="spare"} 0',
    'openline_trunk_registered{trunk="carrier"} 0',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  expect(text).not.toContain('openline_trunk_registered{trunk="spare"}');
});
