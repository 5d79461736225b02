import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { plan as demoPlan } from '../../../../demo/dealership';
import type { PlanFinding } from '../../../../src/domain/plan-lint/finding';
import { lintPlan, RULES } from '../../../../src/domain/plan-lint/lint';
import { seeded } from '../../../simulation/random';
import { checked, planOf } from '../../../support/checked-plan';
import { goodPlan, SLIPS } from '../../../support/plan-slips';
import {
  emptyPlan,
  withoutCallBacks,
  withRegisteredAgent,
  withSecondStore,
  withStaticAgents,
} from '../../../support/plan';
import { randomPlan } from '../../../support/random-plan';

const ALL_THERE = { promptsMissing: new Set<string>() };

const lint = (document: unknown): PlanFinding[] => lintPlan(checked(document), ALL_THERE);
const said = (findings: readonly PlanFinding[]): string[] =>
  findings.map(({ code, at }) => `${code} ${at}`);

const at = { host: '127.0.0.5', port: 5090 };
const agents = withStaticAgents(emptyPlan(), 3, at);

const readme = readFileSync(join(__dirname, '../../../../README.md'), 'utf8');
const README: unknown = parse(/```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '');

test.each<[string, unknown]>([
  ['of the README', README],
  ['of three agents', agents],
  ['of a registered one', withRegisteredAgent(emptyPlan())],
  ['without call-backs', withoutCallBacks(agents)],
  ['of two stores', withSecondStore(agents, 't002')],
  ['of the demo', demoPlan({ host: '127.0.0.1', port: 1 }, { host: '127.0.0.1', port: 2 })],
])('nothing is said of a good plan: %s', (_what, document) => {
  expect(said(lint(document))).toEqual([]);
});

test('nothing is said of good plans of any size', () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const document = goodPlan(seeded(seed));
    expect({ seed, said: said(lint(document)) }).toEqual({ seed, said: [] });
  }
});

describe.each(SLIPS.map(({ code, make }, index) => ({ code, make, index })))(
  'slip $index, $code',
  ({ code, make, index }) => {
    test('is found in its place, in whichever plan it is made, and told in two languages', () => {
      let made = 0;
      for (let n = 0; n < 20; n += 1) {
        const random = seeded(index * 1000 + n);
        const document = goodPlan(random);
        const place = make(document, random);
        if (place === null) continue;
        made += 1;
        const findings = lint(document).filter((one) => one.code === code);
        const found = findings.find((one) => one.at === place);
        expect({ n, places: findings.map((one) => one.at) }).toEqual({
          n,
          places: expect.arrayContaining([place]),
        });
        expect(found?.zh).toMatch(/[\u4e00-\u9fff].*。$/);
        expect(found?.en).toMatch(/^[^\u4e00-\u9fff]*\.$/);
      }
      expect(made).toBeGreaterThan(5);
    });
  },
);

test('several slips in one plan are all found, whichever they are', () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const random = seeded(seed);
    const document = goodPlan(random);
    const slips = new Set([random.pick(GENTLE), random.pick(GENTLE), random.pick(GENTLE)]);
    const expected = [...slips].flatMap((slip) => {
      const place = slip?.make(document, random) ?? null;
      return place === null ? [] : [`${slip?.code} ${place}`];
    });
    expect({ seed, found: said(lint(document)) }).toEqual({
      ...{ seed, found: expect.arrayContaining(expected) },
    });
  }
});

/** Slips that leave the others as they are. */
const GENTLE = SLIPS.filter(({ code }) =>
  [
    ...['SHOWN_NUMBER_REFUSED', 'PHONE_IS_HOTLINE', 'HOURS_UNUSED'],
    ...['PERSON_WITHOUT_PHONE', 'STORE_WITHOUT_HOTLINE', 'TRUNK_ALL_RESERVED', 'HOURS_HOLE'],
    ...['STORE_ALL_RESERVED', 'NOBODY_CAN_YET', 'EARLY_NOWHERE'],
  ].includes(code),
);

test('a prompt that callers would hear is missing, and others are not asked for', () => {
  const hotline = (more: object) => ({
    ...agents,
    hotlines: [{ number: '400', store: 'bj01', queue: 'sales', ...more }],
  });
  const missing = (document: unknown, ...keys: string[]) =>
    said(lintPlan(checked(document), { promptsMissing: new Set(keys) }));
  const found = ['PROMPT_MISSING hotlines[0]'];
  expect(missing(hotline({}), 'zh-CN/greeting')).toEqual(found);
  expect(missing(hotline({}), 'en/greeting', 'zh-CN/menu-complaint')).toEqual([]);
  expect(missing(hotline({ language: 'en' }), 'en/greeting')).toEqual(found);
  expect(missing(hotline({}), 'zh-CN/message-leave')).toEqual(found);
  expect(missing(hotline({ voiceMessage: 'none' }), 'zh-CN/message-leave')).toEqual([]);
  expect(missing(hotline({ notice: 'none' }), 'zh-CN/recording-notice')).toEqual([]);
  expect(missing(hotline({ menu: { language: 'en' } }), 'en/no-agents')).toEqual([
    'PROMPT_MISSING hotlines[0].menu.language',
  ]);
});

test('the worst is said first', () => {
  const document = goodPlan(seeded(1));
  document['hours']?.push({ id: 'unused', week: {} });
  document['trunks'] = [];
  const severities = lint(document).map(({ severity }) => severity);
  expect(severities[0]).toBe('error');
  expect(severities.at(-1)).toBe('hint');
});

test('the same is said of a plan before and after it is stored', () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const plan = checked(randomPlan(seeded(seed)));
    expect(lintPlan(planOf(plan), ALL_THERE)).toEqual(lintPlan(plan, ALL_THERE));
  }
});

test('every rule is in the list', () => {
  const files = readdirSync(join(__dirname, '../../../../src/domain/plan-lint/rules'));
  expect(RULES).toHaveLength(files.length);
});
