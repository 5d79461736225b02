import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { ALARMS } from '../../src/domain/alarm-catalogue';
import { countAlarms } from '../../src/http/alarm-metrics';
import { countLedger, gaugeLost } from '../../src/http/ledger-metrics';
import {
  countEdge,
  countNotices,
  gaugeLive,
  gaugeReadOnly,
  gaugeTrunks,
  gaugeWaits,
  observeLegQuality,
} from '../../src/http/metrics';
import { countOwed, gaugeOwed } from '../../src/http/owed-metrics';
import { startHttp } from '../support/http';
import { NOW } from '../support/two-stores';

/** What is handed out for Prometheus and Grafana asks for nothing that `/metrics` does not have. */
const root = join(__dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const RULES = 'deploy/prometheus-rules.yaml';
const DASHBOARD = 'deploy/grafana-openline.json';
/** What a histogram is asked by. */
const PARTS = /_(bucket|sum|count)$/;

interface Metric {
  help: string;
  type: string;
  labels: string[];
}

/** By name, as GET /metrics exposes them: every one that the app registers. */
async function exposed(): Promise<Map<string, Metric>> {
  const metrics = new Registry();
  const http = startHttp({ deps: { metrics } });
  for (const count of [countNotices, countAlarms, countLedger, countOwed, observeLegQuality])
    count(metrics);
  gaugeLost(metrics, () => 0);
  gaugeLive(metrics, http.live);
  gaugeOwed(metrics, http.live, () => NOW);
  gaugeWaits(metrics, http.live);
  gaugeTrunks(metrics, () => []);
  gaugeReadOnly(metrics, () => null);
  const guard = { status: async () => ({ counters: {}, sources: [], more: 0 }) };
  countEdge(metrics, { ...guard, unblock: async () => false });
  const { body } = await http.ask(null, 'GET', '/metrics');
  await http.close();
  const told = [...body.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\w+)$/gm)];
  return new Map(
    told.map(([, name = '', help = '', type = '']) => [
      name,
      { help, type, labels: labelsOf(metrics, name) },
    ]),
  );
}

/** prom-client keeps them, but its types do not say so. */
const labelsOf = (metrics: Registry, name: string): string[] =>
  (metrics.getSingleMetric(name) as unknown as { labelNames: string[] }).labelNames;

/** Expressions of rules and panels. */
function expressions(): string[] {
  const rules = parse(read(RULES)) as { groups: { rules: { expr: string }[] }[] };
  const board = JSON.parse(read(DASHBOARD)) as { panels: { targets: { expr: string }[] }[] };
  return [
    ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
    ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
}

/** Metrics and labels of an expression that are not there. */
function unknownIn(expr: string, metrics: Map<string, Metric>): string[] {
  const labels = new Set<string>(['le', 'instance']);
  const unknown: string[] = [];
  for (const [, asked = '', selector = ''] of expr.matchAll(/(openline_\w+)(?:\{([^}]*)\})?/g)) {
    const metric = metrics.get(asked) ?? histogramOf(asked, metrics);
    if (!metric) unknown.push(asked);
    for (const label of metric?.labels ?? []) labels.add(label);
    for (const [, label = ''] of selector.matchAll(/(\w+)\s*[=!]/g))
      if (!metric?.labels.includes(label) && label !== 'le') unknown.push(`${asked}{${label}}`);
  }
  for (const [, by = ''] of expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g))
    unknown.push(...by.split(/,\s*/).filter((label) => label !== '' && !labels.has(label)));
  return unknown;
}

function histogramOf(asked: string, metrics: Map<string, Metric>): Metric | undefined {
  const metric = metrics.get(asked.replace(PARTS, ''));
  return metric?.type === 'histogram' ? metric : undefined;
}

test('rules and dashboard ask for metrics and labels that are exposed', async () => {
  const metrics = await exposed();
  expect(expressions().length).toBeGreaterThan(30);
  expect(expressions().flatMap((expr) => unknownIn(expr, metrics))).toEqual([]);
  const wrong = 'sum by (queue) (openline_calls{agent="wang"}) + openline_ghosts';
  const found = ['openline_calls{agent}', 'openline_ghosts', 'queue'];
  expect(unknownIn(wrong, metrics)).toEqual(found);
});

test('the document describes each metric, with its labels, in the words of /metrics', async () => {
  const section = read('docs/operations.md').split('\n## Watching by Prometheus\n')[1] ?? '';
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(openline_\w+)`(.*)\|$/gm)];
  const told = rows.map(([, name = '', rest = '']) => {
    const [, labels = '', help = ''] = rest.split('|').map((cell) => cell.trim());
    return [name, labels.replaceAll('`', ''), help];
  });
  const metrics = [...(await exposed())].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(told).toEqual(metrics.map(([name, { labels, help }]) => [name, labels.join(', '), help]));
});

test('no metric of the sources is missing above', async () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'));
  const metrics = [...(await exposed()).keys()];
  const named = sources.flatMap((name) =>
    [...read(`src/${name}`).matchAll(/['`](openline_\w+)(\$\{)?[^'`\n]*['`]/g)].map(
      ([, metric = '', isPrefix]) => ({ metric, isPrefix: isPrefix !== undefined }),
    ),
  );
  const missing = named.filter(
    ({ metric, isPrefix }) =>
      metric !== 'openline_session' &&
      !metrics.some((one) => (isPrefix ? one.startsWith(metric) : one === metric)),
  );
  expect(missing).toEqual([]);
});

test('each alarm that asks for something is taken by one rule, its end by none', () => {
  const lists = expressions().flatMap((expr) =>
    [...expr.matchAll(/openline_alarms_total\{code=~"([^"]*)"\}/g)].map(([, list = '']) => list),
  );
  const asking = Object.entries(ALARMS).filter(([, { whatToDo }]) => whatToDo !== null);
  const taken = lists.flatMap((list) => list.split('|')).sort();
  expect(taken).toEqual(asking.map(([code]) => code).sort());
});

test('alarms are counted by code, from 0', async () => {
  const metrics = new Registry();
  const written = countAlarms(metrics);
  written({ kind: 'alarm.raised', code: 'DIAL_LIMIT', detail: 'person bob' });
  written({ kind: 'audit.noted', who: 'a', what: 'b', subject: 'c' });
  const text = await metrics.metrics();
  expect(text).toContain('openline_alarms_total{code="DIAL_LIMIT"} 1\n');
  expect(text.match(/^openline_alarms_total\{.*\} 0$/gm)).toHaveLength(
    Object.keys(ALARMS).length - 1,
  );
});
