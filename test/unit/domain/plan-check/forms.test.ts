import { FORMS } from '../../../../src/domain/plan-check/forms';
import { readObject } from '../../../../src/domain/plan-check/fields';
import type { PlanFault } from '../../../../src/domain/plan-check/faults';

const web = { id: 'web', zh: '网站', en: 'web site' };
const deal = { id: 'deal', zh: '成交', en: 'deal', kind: 'pre-sale', ends: true };

function read(raw: object): { value: unknown; faults: [string, string][] } {
  const faults: PlanFault[] = [];
  const value = readObject(raw, FORMS, { at: 'forms', faults });
  return { value, faults: faults.map(({ at, code }) => [at, code]) };
}

test.each([{}, { sources: [web] }, { sources: [web], dispositions: [deal, { ...deal, id: 'x' }] }])(
  '%j stays as it is',
  (forms) => expect(read(forms)).toEqual({ value: forms, faults: [] }),
);

test.each([
  ['a list of nothing', { sources: [] }, 'forms.sources', 'MISSING'],
  [
    'a name in one language',
    { sources: [{ id: 'web', zh: '网站' }] },
    'forms.sources[0].en',
    'MISSING',
  ],
  ['one id twice', { dispositions: [deal, deal] }, 'forms.dispositions[1].id', 'DUPLICATE'],
  [
    'another kind',
    { dispositions: [{ ...deal, kind: 'x' }] },
    'forms.dispositions[0].kind',
    'WRONG_VALUE',
  ],
  ['a source of a kind', { sources: [deal] }, 'forms.sources[0].kind', 'UNKNOWN_KEY'],
  ['another list', { levels: ['H'] }, 'forms.levels', 'UNKNOWN_KEY'],
])('%s is a fault', (_what, forms, at, code) => {
  expect(read(forms)).toMatchObject({ value: null });
  expect(read(forms).faults[0]).toEqual([at, code]);
});
