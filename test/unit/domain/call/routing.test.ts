import {
  route,
  routeOfLostHotline,
  routeOfTaker,
  routingTable,
} from '../../../../src/domain/call/routing';
import { planWith } from '../../../support/centre/plan';

describe('a dialled number', () => {
  test('leads to its hotline, store and queue', () => {
    const table = routingTable(planWith({ queue: { ringSeconds: 12, wrapUpSeconds: 7 } }));
    expect(route(table, '400')).toEqual({
      storeId: 'bj01',
      storeName: 'Beijing One',
      queueId: 'sales',
      hotline: '400',
      zone: 'Asia/Shanghai',
      notice: true,
      ringMs: 12_000,
      wrapUpMs: 7_000,
    });
  });

  test('in the language of its hotline', () => {
    const table = routingTable(planWith({ hotline: { language: 'en' } }));
    expect(route(table, '400')?.language).toBe('en');
  });

  test('without a recording notice where the hotline says so', () => {
    const table = routingTable(planWith({ hotline: { notice: 'none' } }));
    expect(route(table, '400')?.notice).toBe(false);
  });

  test.each([
    ['early', 'allow', ['carrier']],
    ['early', undefined, undefined],
    ['answer', 'allow', undefined],
    [undefined, 'allow', undefined],
  ] as const)('answered %s, by a trunk that says %s', (answerMode, earlyMedia, earlyVia) => {
    const plan = planWith({ hotline: { answerMode } });
    Object.assign(plan.trunks[0]!, { earlyMedia });
    expect(route(routingTable(plan), '400')?.earlyVia).toEqual(earlyVia);
  });

  test('that is none of ours leads nowhere', () => {
    expect(route(routingTable(planWith({})), '401')).toBeNull();
  });

  test('whose queue is not in the plan leads nowhere', () => {
    expect(route(routingTable(planWith({ hotline: { queue: 'gone' } })), '400')).toBeNull();
  });
});

test('a call of a hotline that left the plan is served all the same, with the notice', () => {
  const lost = { storeId: 'bj01', queueId: 'old', hotline: '401' };
  expect(routeOfLostHotline(lost)).toMatchObject({ ...lost, notice: true, wrapUpMs: 0 });
});

describe('who takes a call into his store takes it into', () => {
  const plan = planWith({ service: [] });
  const [sales] = plan.queues;
  if (!sales) throw new Error('the plan is empty');
  plan.queues.push({ ...sales, id: 'far', store: 'sh01' });

  test.each([
    ['the first queue that he serves', ['service', 'sales'], 'service'],
    ['the first that is of his store', ['far', 'sales'], 'sales'],
    ['that of its first hotline, who serves none', [], 'sales'],
  ])('%s', (_which, queues, queueId) => {
    const found = routeOfTaker(plan, { storeId: 'bj01', queues });
    expect(found).toMatchObject({ storeId: 'bj01', hotline: '400', queueId });
  });

  test('none, if it has no hotline', () => {
    expect(routeOfTaker(plan, { storeId: 'sh01', queues: ['far'] })).toBeNull();
  });
});
