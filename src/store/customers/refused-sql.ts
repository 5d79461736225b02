/**
 * `notPermitted(followUpOf(lead), …)` (domain/customer/permission.ts) as SQL, for lists of leads: the same answers, which a test
 * compares row by row.
 */
import { ASKING_SOURCES } from '../../domain/customer/permission';

const BLOCK_BYTES = 64;

/** The two keys of HMAC (RFC 2104), by which PostgreSQL makes the same hash as `numberHash`: values of the SQL below. */
export function hashPads(key: Buffer): { hashInner: Buffer; hashOuter: Buffer } {
  const padded = Buffer.concat([key, Buffer.alloc(BLOCK_BYTES - key.length)]);
  const pad = (byte: number): Buffer => Buffer.from(padded.map((one) => one ^ byte));
  return { hashInner: pad(0x36), hashOuter: pad(0x5c) };
}

/** Of a number in the books of nobody in particular: refusals that hold everywhere are found by it too. */
const HASH = (number: string): string =>
  `translate(encode(sha256(cast(:hashOuter as bytea) || sha256(cast(:hashInner as bytea)
      || convert_to(chr(10) || ${number}, 'UTF8'))), 'base64'), '+/=', '-_')`;

const SOURCES = ASKING_SOURCES.map((source) => `'${source}'`).join(', ');

/** He has not asked since then. */
const stillHolds = (lead: string, at: string): string =>
  `not ((${lead}.opened_by_call is not null or ${lead}.source in (${SOURCES})) and ${lead}.opened_at > ${at})`;

/** Condition on a row of `lead`, under the name by which the query knows it: its person has not refused a follow-up. */
export const notRefusedSql = (lead: string): string => `(
    not exists (select from customer refused_row join customer refused on refused.root_id = refused_row.root_id
      join do_not_call refusal on refusal.customer_id = refused.id
      where refused_row.id = ${lead}.customer_id and refusal.lifted_at is null and refusal.scope <> 'texts' and ${stillHolds(lead, 'refusal.at')})
    and not exists (select from customer refused_row where refused_row.id = ${lead}.customer_id
      and (select max(withdrawn.withdrawn_at) from customer refused join consent withdrawn on withdrawn.customer_id = refused.id
        where refused.root_id = refused_row.root_id and withdrawn.scope = 'calls'
        having ${stillHolds(lead, 'max(withdrawn.withdrawn_at)')} and count(*) = count(withdrawn.withdrawn_at)) is not null)
    and not exists (select from do_not_call_number refused_number join do_not_call refusal on refusal.id = refused_number.do_not_call_id
      where refused_number.hash = ${HASH(`${lead}.number`)} and refusal.lifted_at is null
        and refusal.scope <> 'texts' and (refusal.everywhere or refusal.controller = (select controller from store where id = ${lead}.store_id))
        and ${stillHolds(lead, 'refusal.at')}))`;
