/**
 * The ledger as Prometheus counts it: hotline calls by how they ended, and those to which the caller's network was
 * told 3xx to 6xx. Taken from what is written down, because a call that is refused at once is told to no desktop. No
 * number is a label; the edge counts by itself whom it refuses without the app (`openline_edge_events_total`).
 */
import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';
import type { EndCause } from '../domain/end-cause';
import type { CallSnapshot, JournalRecord } from '../domain/records';
import { countedOnce } from './count-once';

/** 487 to his own CANCEL, or no answer of ours at all. */
const NO_BUSY_ANSWER: readonly (EndCause | null)[] = ['hangup', 'announced', 'edge-stopped', null];

/** Counts what is written. Calls to numbers that are none of ours are no hotline's. */
export function countLedger(registry: Registry): (record: JournalRecord) => void {
  const isNew = countedOnce();
  const calls = new Counter({
    name: 'openline_ledger_calls_total',
    help: 'Hotline calls by store and by how they count in the ledger; each once.',
    labelNames: ['store', 'outcome'],
    registers: [registry],
  });
  const busy = new Counter({
    name: 'openline_busy_answers_total',
    help: 'Hotline calls whose final answer was 3xx to 6xx and no 487, by store and end cause.',
    labelNames: ['store', 'cause'],
    registers: [registry],
  });
  return (record) => {
    if (record.kind !== 'call.saved' || !isEnded(record.call) || !isNew(record.call.id)) return;
    const { storeId, outcome, endCause, answeredAt } = record.call;
    const store = storeId ?? 'none';
    calls.inc({ store, outcome: outcome ?? 'none' });
    if (answeredAt === null && !NO_BUSY_ANSWER.includes(endCause))
      busy.inc({ store, cause: endCause ?? 'none' });
  };
}

/** Looked at whenever it is asked for. */
export function gaugeLost(registry: Registry, lost: () => number): void {
  new Gauge({
    name: 'openline_ledger_lost_calls',
    help: 'Hotline calls that came since the app started, have not ended, and are not there.',
    registers: [registry],
    collect() {
      this.set(lost());
    },
  });
}

const isEnded = ({ direction, state, storeId }: CallSnapshot): boolean =>
  direction === 'inbound' && storeId !== null && state === 'closed';
