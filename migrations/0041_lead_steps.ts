/**
 * The steps of a lead after somebody was talked into coming: appointment, arrival, deal, delivery; and the fee of who
 * transferred him. What a team and a person are measured by is counted from these rows.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table appointment (
      id uuid primary key,
      lead_id uuid not null references lead,
      customer_id uuid not null references customer,
      store_id text not null,
      -- Who invited him; the arrival counts for this one.
      telemarketer_id text not null,
      invited_at timestamptz not null,
      -- When he means to come.
      due_at timestamptz not null,
      -- open, kept, missed or withdrawn.
      state text not null default 'open'
    );
    create index appointment_lead on appointment (lead_id, invited_at);
    create index appointment_store on appointment (store_id, invited_at);
    create index appointment_open on appointment (store_id, due_at) where state = 'open';

    create table arrival (
      id uuid primary key,
      lead_id uuid not null references lead,
      customer_id uuid not null references customer,
      store_id text not null,
      -- The one that he kept by it; null: he came by himself.
      appointment_id uuid references appointment,
      -- For whom it counts; null: nobody invited him.
      telemarketer_id text,
      -- The direct salesperson to whom he was handed; null: nobody yet.
      salesperson_id text,
      -- He was with that one for the first time: one of five a day.
      is_new boolean not null,
      arrived_at timestamptz not null
    );
    create index arrival_lead on arrival (lead_id, arrived_at);
    create index arrival_store on arrival (store_id, arrived_at);
    create index arrival_salesperson on arrival (salesperson_id, arrived_at);

    create table deal (
      id uuid primary key,
      -- Null: somebody bought in the showroom who was nobody's lead.
      lead_id uuid references lead,
      customer_id uuid references customer,
      store_id text not null,
      telemarketer_id text,
      salesperson_id text,
      -- low-intent, non-showroom or showroom; the first two are the centre's.
      sale_kind text not null,
      closed_at timestamptz not null
    );
    create index deal_lead on deal (lead_id);
    create index deal_store on deal (store_id, closed_at);

    create table delivery (
      id uuid primary key,
      deal_id uuid not null references deal,
      lead_id uuid references lead,
      customer_id uuid references customer,
      store_id text not null,
      salesperson_id text not null,
      delivered_at timestamptz not null
    );
    create unique index delivery_deal on delivery (deal_id);
    create index delivery_store on delivery (store_id, delivered_at);

    create table information_fee (
      id uuid primary key,
      deal_id uuid not null references deal,
      lead_id uuid not null references lead,
      customer_id uuid not null references customer,
      store_id text not null,
      -- The source of the showroom who had transferred the lead.
      person_id text not null,
      -- forced or evening-meeting.
      way text not null,
      -- Hundredths of the currency.
      amount bigint not null,
      entered_at timestamptz not null,
      -- Null: it is owed.
      paid_at timestamptz,
      paid_by text
    );
    create unique index information_fee_deal on information_fee (deal_id);
    create index information_fee_store on information_fee (store_id, entered_at);

    -- What a report of a span of time reads of leads.
    create index lead_store_opened on lead (store_id, opened_at);
    create index lead_store_closed on lead (store_id, closed_at) where closed_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index lead_store_opened, lead_store_closed;
    drop table information_fee, delivery, deal, arrival, appointment;
  `);
}
