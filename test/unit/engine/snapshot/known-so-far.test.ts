import { UNUSED } from '../../../../src/domain/dial/budget';
import { FORM_LIMIT } from '../../../../src/engine/recent-forms';
import { KnownSoFar } from '../../../../src/engine/snapshot/known-so-far';
import { NOBODY_KNOWN } from '../../../../src/engine/snapshot/sign-in-so-far';
import { aForm } from '../../../support/records';
import { PLAN } from '../../../support/two-stores';

test('of forms that nobody completes it keeps as many as the engine, the ones that changed last', () => {
  const known = new KnownSoFar({
    ...{ plan: PLAN, trunks: new Map(), calls: [], signIn: NOBODY_KNOWN },
    known: { agents: [], promises: [], budget: UNUSED, hotlines: [], blocks: [] },
  });
  for (let n = 0; n <= FORM_LIMIT; n += 1)
    known.take({ record: { kind: 'form.saved', form: aForm({ callId: `call-${n}` }) } });
  const { forms = [] } = known.now(0, []).known;
  expect(forms).toHaveLength(FORM_LIMIT);
  expect(forms.map(({ callId }) => callId)).not.toContain('call-0');
});
