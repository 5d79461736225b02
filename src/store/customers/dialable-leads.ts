/** `mayBeDialled` (domain/lead/may-be-dialled.ts) as SQL, for lists: the same answers, which a test compares row by row. */
import { BY_HAND, DIALLED_STATES, HOPELESS } from '../../domain/lead/may-be-dialled';

const listed = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

/** `isHeld` (domain/lead/confirmation.ts): nobody but who confirms it calls it, and nobody is given it (A26). */
export const isHeldSql = (lead: string): string =>
  `(${lead}.state = 'open' and ${lead}.confirm_next_at is not null)`;

/**
 * Condition on a row of `lead`, under the name by which the query knows it: it may be dialled (A22, A23, A26, A27).
 *
 *     select * from lead l where l.store_id = ? and ${mayBeDialledSql('l')}
 */
export const mayBeDialledSql = (lead: string): string =>
  `(not ${isHeldSql(lead)} and ${mayBeConfirmedSql(lead)})`;

/** The same, whether it is held or not: who confirms it may dial it. */
export const mayBeConfirmedSql = (lead: string): string => {
  const own = `(${lead}.opened_by_call is not null or ${lead}.source = '${BY_HAND}')`;
  return `(
    ${lead}.validity <> 'invalid' and ${lead}.state in (${listed(DIALLED_STATES)})
    and (${lead}.prospect is null or ${lead}.prospect not in (${listed(HOPELESS)})) and ${lead}.number <> ''
    and case when ${lead}.customer_id is null then ${own}
      else exists (select from customer dialled_row join customer dialled on dialled.id = dialled_row.root_id
        where dialled_row.id = ${lead}.customer_id and dialled.state = 'active'
          and (${own} or ${lead}.validity = 'valid' and dialled_row.cleaned_version is not null)) end)`;
};
