import { numberBook } from '../../../../src/domain/number/book';
import { callerNumber, dialledNumber } from '../../../../src/domain/number/trunk-numbers';
import type { PlanTrunk } from '../../../../src/domain/plan';
import { PLAN } from '../../../support/two-stores';

const trunk = (parts: Partial<PlanTrunk> = {}): PlanTrunk => ({
  id: 'carrier',
  from: ['192.0.2.1'],
  channels: 30,
  ...parts,
});
const PLATFORM = trunk({
  area: '010',
  prefixes: ['880', '88099', '021'],
  rewrite: {
    in: [
      { match: '90|.', replace: '', continue: true },
      { match: '00|86.', replace: '+', note: 'platform 400' },
    ],
  },
});

test.each([
  ['013800138000', '+8613800138000', ['normalised']],
  ['13800138000', '+8613800138000', ['normalised']],
  ['8613800138000', '+8613800138000', ['normalised']],
  ['+8613800138000', '+8613800138000', []],
  ['01082345678', '+861082345678', ['normalised']],
  ['82345678', '+861082345678', ['normalised']],
  ['82345678,801', '+861082345678;ext=801', ['normalised']],
  ['1082345678', '+861082345678', ['normalised']],
  ['8809913800138000', '+8613800138000', ['prefix', 'normalised']],
  ['8801082345678', '+861082345678', ['prefix', 'normalised']],
  ['008613800138000', '+8613800138000', ['rule']],
  ['90013800138000', '+8613800138000', ['rule', 'normalised']],
  ['90008613800138000', '+8613800138000', ['rule', 'rule']],
  ['+85223456789', '+85223456789', []],
  ['1252013800138000', '+8613800138000', ['normalised']],
  // A number of Shanghai, although what is behind the prefix would be one of Beijing.
  ['02182345678', '+862182345678', ['normalised']],
  ['880', '880', []],
  ['880alice', '880alice', []],
  ['alice', 'alice', []],
  ['anonymous', '', ['normalised']],
])('%p through a trunk of Beijing is %p', (delivered, number, did) => {
  const made = callerNumber(delivered, 'CN', PLATFORM);
  expect([made.number, made.steps.map((step) => step.did)]).toEqual([number, did]);
});

test('without an area a local number stays as it was dialled', () => {
  expect(callerNumber('82345678', 'CN', trunk()).number).toBe('82345678');
  expect(callerNumber('8234567', 'CN', trunk()).number).toBe('8234567');
});

const book = numberBook({ ...PLAN, numbers: { outsidePrefixes: ['9'] } });
const FAR = { localMobiles: ['1380013', '139'] };

test.each<[string, Partial<PlanTrunk>, string]>([
  ['+8613800138000', {}, '13800138000'],
  ['+8613800138000', FAR, '13800138000'],
  ['+8613700138000', FAR, '013700138000'],
  ['+8613800138000', { localMobiles: [] }, '013800138000'],
  ['+861082345678', { area: '010' }, '82345678'],
  ['+861082345678', { area: '021' }, '01082345678'],
  ['+861082345678', FAR, '01082345678'],
  ['+864008001234', FAR, '4008001234'],
  ['+861082345678;ext=801', {}, '01082345678'],
  ['+85223456789', {}, '0085223456789'],
  ['+8613800138000', { dials: 'e164' }, '+8613800138000'],
  ['+85223456789', { country: 'HK' }, '23456789'],
  ['8001', {}, '8001'],
  ['+8613800138000', { rewrite: { out: [{ match: '|1.', replace: '9' }] } }, '913800138000'],
  ['110', { rewrite: { out: [{ match: '|.', replace: '9' }] } }, '110'],
  ['9110', {}, '110'],
])('%p through a trunk with %j is dialled %p', (key, parts, dialled) => {
  expect(dialledNumber(key, book, trunk(parts)).number).toBe(dialled);
});
