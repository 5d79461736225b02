import type { Agent } from '../../../../src/domain/agent/agent';
import type { Desktop } from '../../../../src/domain/agent/desktop';
import {
  afterGrace,
  afterLoss,
  afterReturn,
  type Outage,
} from '../../../../src/domain/agent/desktop-outage';
import { NOW } from '../events';

const OPEN: Desktop = { is: 'open', since: 1, tabs: ['1'], missed: 0 };
const lost = (agoMs: number): Desktop => ({ is: 'lost', since: NOW - agoMs });
const AT_START: Desktop = { is: 'lost', since: NOW - 20_000, atStart: true };

let made = 0;
const agents = (count: number, desktop: Desktop, changes: object = {}): Agent[] =>
  Array.from(
    { length: count },
    () =>
      ({
        ...{ id: `a${(made += 1)}`, storeId: 'bj01', intent: { is: 'ready' }, pending: null },
        ...{ phones: [{ id: 'phone', autoReady: false, lost: null }], desktop },
        ...changes,
      }) as unknown as Agent,
  );
const NOT_READY = { intent: { is: 'not-ready', reason: 'lunch' } };
const AUTO = { phones: [{ id: 'phone', autoReady: true, lost: null }] };
const OUTAGE: Outage = { since: NOW - 9000, stores: ['bj01'] };

test.each<[string, Agent[], boolean]>([
  ['one of one', agents(1, lost(0)), false],
  ['one of three: a browser that was closed', [...agents(1, lost(0)), ...agents(2, OPEN)], false],
  ['two of three', [...agents(2, lost(0)), ...agents(1, OPEN)], true],
  ['two of six', [...agents(2, lost(0)), ...agents(4, OPEN)], true],
  ['two of seven', [...agents(2, lost(0)), ...agents(5, OPEN)], false],
  ['30 % of ten', [...agents(3, lost(0)), ...agents(7, OPEN)], false],
  ['40 % of ten', [...agents(4, lost(0)), ...agents(6, OPEN)], true],
  ['31 % of a thousand', [...agents(301, lost(0)), ...agents(699, OPEN)], true],
  ['the first of them just within 5 s', [...agents(2, lost(4999)), ...agents(2, lost(0))], true],
  ['… and just not', [...agents(3, lost(5000)), ...agents(1, lost(0)), ...agents(1, OPEN)], false],
  [
    'who is not ready, or needs no desktop, counts nowhere',
    [
      ...agents(3, lost(0), NOT_READY),
      ...agents(3, lost(0), AUTO),
      ...agents(1, lost(0)),
      ...agents(2, OPEN),
    ],
    false,
  ],
  [
    'one a second after a start, when nine are not back yet,',
    [...agents(9, { is: 'lost', since: NOW - 1000, atStart: true }), ...agents(1, lost(0))],
    false,
  ],
])('%s goes: outage %#', (_, all, isOutage) => {
  const { outage, alarms } = afterLoss(null, all, NOW);
  expect(outage !== null).toBe(isOutage);
  expect(alarms.map(({ code }) => code)).toEqual(isOutage ? ['DESKTOPS_GONE'] : []);
});

test('each store concerned is told, once', () => {
  const all = [
    ...agents(2, lost(0)),
    ...agents(1, lost(0), { storeId: 'sh01' }),
    ...agents(3, OPEN, { storeId: 'gz01' }),
  ];
  const { outage, alarms } = afterLoss(null, all, NOW);
  expect(alarms.map(({ storeId }) => storeId)).toEqual(['bj01', 'sh01']);
  expect(alarms[0]).toMatchObject({ at: NOW, detail: expect.stringMatching(/^3 of 6 /) });
  expect(afterLoss(outage, [...all, ...agents(1, lost(0))], NOW)).toEqual({
    ...{ outage, await: [], alarms: [] },
  });
});

describe('an outage', () => {
  test('ends when 30 % or less are still away, who are awaited anew', () => {
    const away = agents(4, lost(9000));
    expect(afterReturn(OUTAGE, [...away, ...agents(6, OPEN)], NOW).outage).toBe(OUTAGE);
    const [first, ...others] = away;
    const back = [{ ...first!, desktop: OPEN }, ...others, ...agents(6, OPEN)];
    expect(afterReturn(OUTAGE, back, NOW)).toMatchObject({
      ...{ outage: null, await: others.map(({ id }) => id) },
      alarms: [
        { code: 'DESKTOPS_BACK', storeId: 'bj01', detail: expect.stringMatching(/^7 of 10 /) },
      ],
    });
  });

  test('that is none is not ended', () => {
    expect(afterReturn(null, agents(3, OPEN), NOW)).toEqual({
      outage: null,
      await: [],
      alarms: [],
    });
  });

  test('whose people all went home ends with the next loss, which has its grace', () => {
    const [agent] = agents(1, lost(0)) as [Agent];
    const all = [agent, ...agents(4, lost(9000), NOT_READY), ...agents(5, OPEN)];
    expect(afterLoss(OUTAGE, all, NOW)).toMatchObject({
      ...{ outage: null, await: [agent.id], alarms: [{ code: 'DESKTOPS_BACK' }] },
    });
  });

  test('lets no grace run out', () => {
    const away = agents(4, lost(20_000));
    const all = [...away, ...agents(6, OPEN)];
    expect(afterGrace(OUTAGE, { agent: away[0]!, agents: all }, NOW)).toEqual({
      ...{ outage: OUTAGE, await: [away[0]!.id], alarms: [] },
    });
  });

  test('is over for who is left alone when the others went home', () => {
    const [agent, ...home] = agents(4, lost(20_000));
    const all = [
      agent!,
      ...home.map((one) => ({ ...one, ...NOT_READY }) as Agent),
      ...agents(5, OPEN),
    ];
    expect(afterGrace(OUTAGE, { agent: agent!, agents: all }, NOW)).toMatchObject({
      ...{ outage: null, await: [agent!.id], alarms: [{ code: 'DESKTOPS_BACK' }] },
    });
  });
});

test.each<[string, Agent[], string]>([
  [
    'a few of those who were there before',
    [...agents(3, AT_START), ...agents(7, OPEN)],
    'not ready',
  ],
  [
    'more than 30 % of them: nobody gets in',
    [...agents(4, AT_START), ...agents(6, OPEN)],
    'outage',
  ],
  ['one of one', agents(1, AT_START), 'not ready'],
  ['many who went one after the other', agents(9, lost(20_000)), 'not ready'],
])('a grace is over for %s', (_, all, expected) => {
  const [agent] = all as [Agent];
  const { outage, await: awaited, alarms } = afterGrace(null, { agent, agents: all }, NOW);
  const isOutage = expected === 'outage';
  expect(outage !== null).toBe(isOutage);
  expect(awaited).toEqual(isOutage ? [agent.id] : []);
  expect(alarms).toHaveLength(isOutage ? 1 : 0);
});
