import type { Effect } from '../../../../src/domain/effects';
import {
  afterTest,
  testEffects,
  type HotlineTest,
  type TestFault,
} from '../../../../src/domain/hotline/test-result';
import type { HotlineView } from '../../../../src/domain/notices';

const view = { number: '400', storeId: 'bj01' } as HotlineView;

function alarmsOf(faults: readonly (TestFault | null)[]): string[] {
  let before: HotlineTest | undefined;
  const told: string[] = [];
  for (const [at, fault] of faults.entries()) {
    const result = { fault, detail: '', answeredMs: null, mos: null };
    const after = afterTest(before, { type: 'hotline.tested', at, hotline: '400', result });
    const effects: Effect[] = testEffects(before, after, view);
    expect(effects[0]).toMatchObject({ type: 'notify', notice: { kind: 'hotline.updated' } });
    for (const effect of effects)
      if (effect.type === 'raise' && effect.event.type === 'alarm.raised')
        told.push(`${at} ${effect.event.code}: ${effect.event.detail}`);
    before = after;
  }
  return told;
}

test.each<[string, (TestFault | null)[], string[]]>([
  [
    'all is well, told once: before the start it may not have been',
    [null, null],
    ['0 HOTLINE_TEST_PASSED: 400'],
  ],
  ['one failure', ['silence', null, 'silence'], ['1 HOTLINE_TEST_PASSED: 400']],
  ['two in a row', ['silence', 'refused'], ['1 HOTLINE_TEST_FAILED: 400: refused']],
  ['more are no news', ['silence', 'silence', 'silence'], ['1 HOTLINE_TEST_FAILED: 400: silence']],
  [
    'over again',
    ['unheard', 'unheard', null, null],
    ['1 HOTLINE_TEST_FAILED: 400: unheard', '2 HOTLINE_TEST_PASSED: 400'],
  ],
])('%s', (_what, faults, alarms) => {
  expect(alarmsOf(faults)).toEqual(alarms);
});
