/**
 * Figures for Prometheus. What happened is counted from notices; what is going on is read from the
 * live view when somebody asks. No name and no number is a label.
 */
import type { Registry } from 'prom-client';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { HotlineView, Notice, QueueView } from '../domain/notices';
import type { CallSnapshot } from '../domain/records';
import type { ReadOnly } from '../domain/read-only';
import type { Instant } from '../domain/time';
import type { TrunkView } from '../domain/trunk/view';
import type { LiveView, Push } from '../engine/ports';
import { countedOnce } from './count-once';
import type { Guard } from './ports';

/** Counts what notices tell; takes them like the desktops' hub does. */
export function countNotices(registry: Registry): Push {
  const isNew = countedOnce();
  const calls = new Counter({
    name: 'openline_calls_ended_total',
    help: 'Calls that ended, by store, by how they count in the ledger, and by end cause.',
    labelNames: ['store', 'outcome', 'cause'],
    registers: [registry],
  });
  const offers = new Counter({
    name: 'openline_offers_total',
    help: 'Offers to agents that ended, by result.',
    labelNames: ['result'],
    registers: [registry],
  });
  const blind = new Counter({
    name: 'openline_offers_without_pop_total',
    help: 'Offers to agents whose desktop was not there to show who calls.',
    registers: [registry],
  });
  const countTest = countTests(registry);
  const countCall = (call: CallSnapshot): void => {
    if (call.state !== 'closed' || !isNew(call.id)) return;
    const { storeId, outcome, endCause } = call;
    calls.inc({ store: storeId ?? 'none', outcome: outcome ?? 'none', cause: endCause ?? 'none' });
  };
  return {
    publish(notice: Notice) {
      if (notice.kind === 'call.updated') countCall(notice.call);
      if (notice.kind === 'offer.created' && notice.offer.noPop) blind.inc();
      if (notice.kind === 'offer.withdrawn') offers.inc({ result: notice.reason });
      if (notice.kind === 'hotline.updated') countTest(notice.hotline);
    },
  };
}

/** A hotline is told of for other reasons, too: each test counts once. */
function countTests(registry: Registry): (hotline: HotlineView) => void {
  const counted = new Map<string, Instant>();
  const tests = new Counter({
    name: 'openline_hotline_tests_total',
    help: 'Test calls of hotlines by store and by what was wrong; `ok`: nothing.',
    labelNames: ['store', 'result'],
    registers: [registry],
  });
  return ({ number, storeId, test }) => {
    if (test === null || counted.get(number) === test.at) return;
    counted.set(number, test.at);
    tests.inc({ store: storeId, result: test.fault ?? 'ok' });
  };
}

/** How legs were received, judged at their end: 4 and more is good, below 3.1 many are dissatisfied. */
export function observeLegQuality(registry: Registry): (mos: number) => void {
  const scores = new Histogram({
    name: 'openline_leg_mos',
    help: 'Mean opinion score (E-model) of what came from the far side of each leg that ended.',
    buckets: [2, 2.6, 3.1, 3.6, 4, 4.2, 4.3, 4.41],
    registers: [registry],
  });
  return (mos) => scores.observe(mos);
}

/** Gauges of the live view, read at each scrape. */
export function gaugeLive(registry: Registry, live: LiveView): void {
  gaugeRows(registry, 'openline_calls', 'Calls in progress, by store and state.', {
    labels: ['store', 'state'],
    rows: () =>
      live
        .calls()
        .filter(({ state }) => state !== 'closed')
        .map(({ storeId, state }) => [storeId ?? 'none', state]),
  });
  gaugeRows(registry, 'openline_agents', 'Agents, by store, intent and activity.', {
    labels: ['store', 'intent', 'activity'],
    rows: () =>
      live.agents().map(({ storeId, intent, activity }) => [storeId, intent.is, activity]),
  });
  gaugeRows(registry, 'openline_desktops', 'Agents with a desktop, by store and state.', {
    labels: ['store', 'state'],
    rows: () =>
      live
        .agents()
        .filter(({ desktop }) => desktop.state !== 'none')
        .map(({ storeId, desktop }) => [storeId, desktop.state]),
  });
  gaugeRows(
    registry,
    'openline_hotlines_failing',
    'Hotlines whose last test call failed, by store.',
    {
      labels: ['store'],
      rows: () =>
        live
          .hotlines()
          .filter(({ test }) => (test?.failures ?? 0) > 0)
          .map(({ storeId }) => [storeId]),
    },
  );
  new Gauge({
    name: 'openline_queue_waiting',
    help: 'Callers waiting, by queue.',
    labelNames: ['queue'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { id, waiting } of live.queues()) this.set({ queue: id }, waiting);
    },
  });
}

/** 1 for the reason for which nothing may be changed; nothing while everything may. */
export function gaugeReadOnly(registry: Registry, state: () => ReadOnly | null): void {
  gaugeRows(registry, 'openline_read_only', 'Nothing may be changed, by reason.', {
    labels: ['why'],
    rows: () => [state()].flatMap((one) => (one === null ? [] : [[one.why]])),
  });
}

/** How good what callers are told of their wait is; nothing for a queue of which nothing is known yet. */
export function gaugeWaits(registry: Registry, live: LiveView): void {
  const figures: [name: string, help: string, of: (told: QueueView['told']) => number | null][] = [
    [
      'coverage',
      'Share of the latest hundred told waiting times that held.',
      ({ coverage }) => coverage,
    ],
    [
      'error_seconds',
      'Mean error of what was expected of waits.',
      ({ meanErrorMs }) => (meanErrorMs === null ? null : meanErrorMs / 1000),
    ],
    ['cases', 'Waits that the next expectation is made of.', ({ cases }) => cases],
  ];
  for (const [name, help, of] of figures) {
    new Gauge({
      name: `openline_wait_${name}`,
      help,
      labelNames: ['queue'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { id, told } of live.queues()) {
          const value = of(told);
          if (value !== null) this.set({ queue: id }, value);
        }
      },
    });
  }
}

/** Trunks, read at each scrape: what an operator buys channels by, and what wakes him. */
export function gaugeTrunks(registry: Registry, trunks: () => TrunkView[]): void {
  const figures: [name: string, help: string, of: (trunk: TrunkView) => number | null][] = [
    ['channels', 'Channels of the trunk.', ({ channels }) => channels],
    ['channels_used', 'Legs that take a channel now.', ({ used }) => used],
    ['channels_peak', 'Most channels used at once today.', ({ peak }) => peak],
    ['minutes_full', 'Minutes of today with all channels used.', ({ minutesFull }) => minutesFull],
    ['gateways_down', 'Gateways that do not answer.', ({ gateways }) => countDown(gateways)],
    [
      'registered',
      '1: its carrier has registered us; nothing for a trunk without account.',
      ({ registration }) => registration && Number(registration.is === 'registered'),
    ],
  ];
  for (const [name, help, of] of figures) {
    new Gauge({
      name: `openline_trunk_${name}`,
      help,
      labelNames: ['trunk'],
      registers: [registry],
      collect() {
        this.reset();
        for (const trunk of trunks()) {
          const value = of(trunk);
          if (value !== null) this.set({ trunk: trunk.id }, value);
        }
      },
    });
  }
}

const countDown = (gateways: TrunkView['gateways']): number =>
  gateways.filter(({ up }) => !up).length;

/**
 * What the edge counted, asked at each scrape. Nothing while it cannot be asked: zero would be a lie, and
 * a counter that falls looks like a restart.
 */
export function countEdge(registry: Registry, guard: Guard): void {
  new Counter({
    name: 'openline_edge_events_total',
    help: 'What the edge dropped, refused or did by itself since it started, by reason.',
    labelNames: ['reason'],
    registers: [registry],
    async collect() {
      const status = await guard.status().catch(() => null);
      this.reset();
      for (const [reason, count] of Object.entries(status?.counters ?? {})) {
        this.inc({ reason }, count);
      }
    },
  });
}

/** A gauge that counts rows by their labels. */
export function gaugeRows(
  registry: Registry,
  name: string,
  help: string,
  { labels, rows }: { labels: string[]; rows: () => string[][] },
): void {
  new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    collect() {
      this.reset();
      for (const row of rows()) {
        this.inc(Object.fromEntries(labels.map((label, i) => [label, row[i] ?? ''])));
      }
    },
  });
}
