/**
 * What an app knows that starts without the database is what it would have read there: the same records, taken one by
 * one into the local memory, and replayed into the rows.
 */
import { randomUUID } from 'node:crypto';
import { fromDatabase } from '../../src/app/recall';
import { UNUSED } from '../../src/domain/dial/budget';
import type { JournalEntry, JournalRecord, PromiseSnapshot } from '../../src/domain/records';
import type { Remembered } from '../../src/engine/snapshot/remembered';
import { NOBODY_KNOWN } from '../../src/engine/snapshot/sign-in-so-far';
import { KnownSoFar } from '../../src/engine/snapshot/known-so-far';
import { applyJournal } from '../../src/store/apply-journal';
import { useDatabase } from '../support/postgres';
import { aCall, anEntry, aPromise, aTalk, minutes } from '../support/records';
import { seeded } from '../simulation/random';

const database = useDatabase();
const NOW = Date.now();

const nothing = (plan: Remembered['plan']): Remembered => ({
  ...{ plan, trunks: new Map(), calls: [], signIn: NOBODY_KNOWN },
  known: { agents: [], promises: [], budget: UNUSED, hotlines: [], blocks: [] },
});

/** Of thirty callers with two hotlines: they come, wait, leave, are promised, served, blocked; agents, forms and trunks change. */
function tape(seed: number, length: number): JournalEntry[] {
  const { below: next } = seeded(seed);
  const one = <T>(of: readonly T[]): T => of[next(of.length)] as T;
  const numbers = Array.from({ length: 30 }, (_, n) => `+86138001380${10 + n}`);
  const promises: PromiseSnapshot[] = [];
  const records: JournalRecord[] = [];
  let at = NOW - minutes(90);
  const entry = (): void => {
    at += next(minutes(90 / length) * 2);
    const from = one(numbers);
    switch (next(12)) {
      case 0:
      case 9:
      case 10: {
        const call = { ...aCall({ from, arrivedAt: at }), id: randomUUID() };
        const place = anEntry({
          id: randomUUID(),
          callId: call.id,
          queueId: 'sales',
          joinedAt: at,
        });
        records.push({ kind: 'entry.saved', entry: place }, { kind: 'call.saved', call });
        const outcome = one(['abandoned', 'connected', 'promised', null] as const);
        if (outcome !== null) {
          const over = { ...place, endedAt: at + 1000, outcome };
          records.push({ kind: 'entry.saved', entry: over });
        }
        const closed = { state: 'closed', endedAt: at + 1000, outcome: 'left' } as const;
        if (next(2) === 0) records.push({ kind: 'call.saved', call: { ...call, ...closed } });
        return;
      }
      case 1:
      case 2: {
        const known = next(3) === 0 ? undefined : promises.length > 0 ? one(promises) : undefined;
        const state = one(['open', 'open', 'claimed', 'kept', 'withdrawn'] as const);
        const isOver = state === 'kept' || state === 'withdrawn';
        const fresh = { id: randomUUID(), number: from, hotline: one(['400', '401']) };
        const dueAt = at + next(minutes(60));
        const promise = known
          ? { ...known, state, ...(isOver && { endedAt: at }) }
          : aPromise({ ...fresh, dueAt, state: 'open', callId: randomUUID(), openedAt: at });
        const isHis = ({ number, hotline }: PromiseSnapshot): boolean =>
          number === promise.number && hotline === promise.hotline;
        if (!known) promises.push(promise);
        // Whichever of his was meant: he was served.
        else if (isOver) promises.splice(0, promises.length, ...promises.filter((p) => !isHis(p)));
        else promises.splice(promises.indexOf(known), 1, promise);
        return void records.push({ kind: 'promise.saved', promise });
      }
      case 3: {
        const intent = one([{ is: 'ready' }, { is: 'not-ready', reason: 'lunch' }] as const);
        const agent = { id: one(['wang', 'li']), intent, since: at };
        return void records.push({ kind: 'agent.saved', agent });
      }
      case 4: {
        const use = { day: 20_000, used: next(9), peak: 9, fullMs: next(1000), since: at };
        const trunkId = one(['a', 'b']);
        return void records.push({
          kind: 'trunk.saved',
          trunkId,
          use: { ...use, nearFull: false },
        });
      }
      case 5: {
        const block = { storeId: 'bj01', number: from, reason: 'noise', by: 'chen', since: at };
        return void records.push({ kind: 'block.saved', block: { ...block, until: null } });
      }
      case 6: {
        const closure = one([null, { since: at, until: null, by: 'chen' }]);
        const hotline = { number: one(['400', '401']), closure };
        return void records.push({ kind: 'hotline.saved', hotline });
      }
      case 7: {
        const who = { agentId: one(['wang', 'li']), storeId: 'bj01' };
        const spent = { [`person ${who.agentId}`]: next(1000) };
        const change = { attempts: [{ at, who }], day: 20_000, spent, paused: {} };
        return void records.push({ kind: 'dial.counted', change });
      }
      case 11: {
        const code = one([
          'CLOCK_OFF',
          'CLOCK_RIGHT',
          'TRUNK_GATEWAY_DOWN',
          'TRUNK_GATEWAY_UP',
        ] as const);
        return void records.push({ kind: 'alarm.raised', code, detail: one(['a: x', 'a: y']) });
      }
      default: {
        const call = { ...aTalk({ from, arrivedAt: at }), id: randomUUID() };
        return void records.push({ kind: 'call.saved', call });
      }
    }
  };
  while (records.length < length) entry();
  return records.map((record) => ({ id: randomUUID(), at: NOW, record }));
}

/** What an app asks of them: who has ended long ago is not asked for, and nobody reads the order of these. */
const asAsked = ({ known, trunks, calls }: Remembered) => ({
  agents: [...known.agents].sort((a, b) => a.id.localeCompare(b.id)),
  promises: known.promises,
  budget: known.budget,
  blocks: [...known.blocks].sort((a, b) => a.number.localeCompare(b.number)),
  hotlines: [...known.hotlines].sort((a, b) => a.number.localeCompare(b.number)),
  left: known.left,
  alarms: [...(known.alarms ?? [])].sort((a, b) => a.subject.localeCompare(b.subject)),
  trunks: [...trunks].sort(([a], [b]) => a.localeCompare(b)),
  open: calls.filter(({ state }) => state !== 'closed').map(({ id }) => id),
});

test.each([1, 2, 3])('tape %d: the local memory says what the rows say', async (seed) => {
  await database.db
    .raw(`truncate call, promise, queue_entry, agent_state, trunk_use, blocked_caller,
    hotline_order, dial_attempt, dial_spent, dial_pause, raised_alarm cascade`);
  const entries = tape(seed, 300);
  const empty = await fromDatabase(database.db, NOW);
  const known = new KnownSoFar(nothing(empty.plan));
  for (const [n, entry] of entries.entries()) {
    known.take(entry);
    // Read again from a place that it has been at: nothing becomes of it twice.
    if (n === 200) for (const again of entries.slice(150, 201)) known.take(again);
    await applyJournal(database.db, [entry]);
  }
  const rows = asAsked(await fromDatabase(database.db, NOW));
  expect(rows.promises.length).toBeGreaterThan(0);
  expect(rows.left?.length).toBeGreaterThan(0);
  expect(asAsked(known.now(NOW, []))).toEqual(rows);
});
