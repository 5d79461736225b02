/**
 * How the rows of the bench are made, by PostgreSQL from their numbers alone: customers n, leads i, contacts k. What is drawn
 * is the same at each fill. All leads have a first call; some people have many leads, and some leads many contacts.
 *
 * `:now` is when it is filled. What is drawn is written out, not called: functions of SQL are a hundred times as slow.
 */
export interface Amounts {
  customers: number;
  leads: number;
  contacts: number;
  stores: number;
  /** Names that are known; some are had by many. */
  names: number;
}

/** Telemarketers of each store. */
export const OWNERS = 12;
export const storeOf = (at: number): string => `s${String(at + 1).padStart(2, '0')}`;
/** Four stores each of one legal entity; the last fifth of them belong to none. */
export const controllerOf = (at: number, stores: number): string =>
  at < stores * 0.8 ? `entity:e${Math.floor(at / 4) + 1}` : `store:${storeOf(at)}`;

/** From 0 to below 1. */
const part = (of: string, salt: number): string =>
  `((hashint8extended(${of}, ${salt}) & 2147483647)::float8 / 2147483648.0)`;
const id = (kind: string, n: string): string => `md5('${kind} ' || ${n})::uuid`;
const oneOf = (words: readonly string[], of: string, salt: number): string =>
  `(array[${words.map((word) => `'${word}'`).join(', ')}])[1 + floor(${words.length} * ${part(of, salt)})::int]`;
const owner = (store: string, of: string, salt: number): string =>
  `${store} || '-' || floor(${OWNERS} * ${part(of, salt)})::int`;
const ENDS = [
  ...['won', 'won', 'defeated', 'defeated', 'defeated', 'lost-control', 'invalid'],
  ...['archived', 'archived', 'archived'],
];

/** What tables are made of, and is no part of the product's. Five years; `bench_person` is there. */
export const staged = ({ customers, leads, stores }: Amounts): string[] => [
  `create unlogged table bench_customer as
   select p.*, ${id('customer', 'n')} as customer_id,
     ${id('customer', 'case when n % 100 = 0 then n - 1 else n end')} as root_id, id as store, controller,
     :now - (1 - (n - 0.5)::float8 / ${customers}) * interval '1825 days' as came
   from bench_person p join (select id, controller, row_number() over (order by id) - 1 as at from store) s
     on s.at = floor(${stores} * power(${part('case when n % 100 = 0 then n - 1 else n end', 1)}, 1.5))`,
  'alter table bench_customer add primary key (n)',
  'analyze bench_customer',
  // Of the last months most are worked on, of the older ones a tenth.
  `create unlogged table bench_lead as
   select *, case
     when ${part('i', 6)} < case when opened > :now - interval '120 days' then 0.7 else 0.1 end
       then case when ${part('i', 7)} < 0.2 then 'arrived' else 'open' end
     else ${oneOf(ENDS, 'i', 8)} end as state
   from (
     select i, n, ${id('lead', 'i')} as lead_id, c.customer_id, store, c.came + (:now - c.came) * case when i <= ${customers} then 0 else ${part('i', 5)} end as opened,
       ${part('i', 9)} < 0.45 as inbound,
       '+861' || substr('35897', (1 + n % 5)::int, 1) || lpad(((n * 387420489) % 1000000000)::text, 9, '0') as number
     from (select i, case when i <= ${customers} then i
       else 1 + floor(${customers} * power(${part('i', 2)}, 1.3))::bigint end as n
       from generate_series(1::bigint, ${leads}) i) l
     join bench_customer c using (n)
     offset 0
   ) l`,
  'alter table bench_lead add primary key (i)',
  'analyze bench_lead',
];

/** Of tables of the product, in order. */
export const filled = ({ leads, contacts }: Amounts): [table: string, sql: string][] => [
  [
    'customer',
    `insert into customer (id, root_id, controller, store_id, name, kind, owner_id, created_at, changed_at, source, search,
       cleaned_version)
     select customer_id, root_id, controller, store, name,
       case when name like '%公司' then 'company' else 'person' end,
       case when n % 3 = 0 then ${owner('store', 'n', 10)} end, came, came, 'inbound', search,
       case when n % 40 = 0 then null else 1 end
     from bench_customer`,
  ],
  [
    'customer_number',
    `insert into customer_number (id, customer_id, controller, number, kind, identifies, source, since, cleaned)
     select gen_random_uuid(), customer_id, controller, mobile, 'mobile', true, 'inbound', came, true
     from bench_customer
     union all
     select gen_random_uuid(), customer_id, controller, fixed, 'fixed', false, 'inbound', came, true
     from bench_customer where fixed <> ''`,
  ],
  [
    'vehicle',
    `insert into vehicle (id, customer_id, store_id, plate, vin, series, model, created_at)
     select gen_random_uuid(), customer_id, store, plate,
       'L' || upper(substr(md5(n::text), 1, 16)), 'A6L', '2.0T', came + (:now - came) / 2
     from bench_customer where plate <> ''`,
  ],
  [
    'lead',
    `insert into lead (id, store_id, number, name, owner_id, source, opened_at, opened_by_call, closed_at, kind, level,
       customer_id, state, validity, place, next_due_at, last_contact_at, changed_at)
     select lead_id, store, number, '', case when ${part('i', 11)} < 0.95 then ${owner('store', 'i', 12)} end,
       case when inbound then 'inbound' else ${oneOf(['web', 'web', 'hq', 'manual'], 'i', 13)} end,
       opened, case when inbound then ${id('call', 'i')} end,
       case when state not in ('open', 'arrived') then least(:now, opened + interval '40 days') end, 'sale',
       nullif(${oneOf(['H', 'A', 'A', 'B', 'B', 'B', 'C', 'C', 'C', ''], 'i', 14)}, ''), customer_id, state,
       case when state = 'invalid' then 'invalid' when ${part('i', 15)} < 0.8 then 'valid' else 'unchecked' end,
       case when ${part('i', 16)} < 0.2 then 'showroom' else 'centre' end,
       case when ${part('i', 17)} < case state when 'open' then 0.6 when 'arrived' then 0.6 when 'defeated' then 0.1 else 0 end
         then date_trunc('minute', :now + (${part('i', 18)} * 40 - 12) * interval '1 day') end,
       least(:now, opened + case when ${part('i', 19)} < 0.3 then 0 else ${part('i', 20)} end * interval '30 days'), opened
     from bench_lead`,
  ],
  [
    'lead_owner',
    `insert into lead_owner (id, lead_id, owner_id, way, by_id, from_at)
     select gen_random_uuid(), id, owner_id, 'opened', '', opened_at from lead`,
  ],
  [
    // The first of each lead: he rang up, or was called.
    'call',
    `insert into call (id, direction, state, store_id, hotline, trunk_id, from_number, to_number, lead_id, customer_id,
       agent_id, arrived_at, answered_at, talk_started_at, first_talk_at, ended_at, outcome, in_timeline)
     select ${id('call', 'i')}, case when inbound then 'inbound' else 'outbound' end, 'closed', store, '4000000000',
       'carrier', case when inbound then number else '4000000000' end, case when inbound then '4000000000' else number end,
       lead_id, customer_id, ${owner('store', 'i', 12)}, opened, opened + interval '5 seconds',
       opened + interval '5 seconds', opened + interval '5 seconds', opened + interval '2 minutes', 'talk', true
     from bench_lead`,
  ],
  [
    'recording',
    `insert into recording (id, call_id, lead_id, customer_id, store_id, state, started_at, duration_ms, saved_at)
     select gen_random_uuid(), id, lead_id, customer_id, store_id, 'stored', arrived_at, 115000, ended_at
     from call where get_byte(uuid_send(id), 0) < 128`,
  ],
  [
    'follow_up',
    `insert into follow_up (id, call_id, store_id, department, agent_id, opened_at, due_at, state, done_by, done_at)
     select gen_random_uuid(), id, store_id, 'sales', agent_id, ended_at, ended_at + interval '8 hours',
       case when is_done then 'done' else 'open' end, case when is_done then agent_id end,
       case when is_done then least(:now, ended_at + interval '6 hours') end
     from (select *, get_byte(uuid_send(id), 2) < 230 as is_done from call
       where direction = 'inbound' and get_byte(uuid_send(id), 1) < 80) c`,
  ],
  [
    // Those calls, and whatever else was noted of leads.
    'contact',
    `insert into contact (id, customer_id, lead_id, store_id, at, kind, call_id, by_id, body)
     select id, customer_id, lead_id, store_id, arrived_at, 'call', id, agent_id, '' from call
     union all
     select gen_random_uuid(), customer_id, lead_id, store,
       opened + (:now - opened) * ${part('k', 21)},
       ${oneOf(['note', 'note', 'note', 'text', 'visit', 'edit', 'owner', 'appointment'], 'k', 22)},
       null, ${owner('store', 'k', 23)}, '客户说下周有空，想来店里试驾，再约时间'
     from (select k, 1 + floor(${leads} * power(${part('k', 3)}, case when k % 2 = 0 then 1 else 2 end))::bigint as i
       from generate_series(${leads} + 1::bigint, ${contacts}) k) c
     join bench_lead using (i)`,
  ],
];
