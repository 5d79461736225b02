import { isInside, type Import, type ParsedSource } from './source';
import layers from '../layers.json';

/**
 * The import table of docs/architecture.md as checks. Each returns one line per fault, with the
 * place and the reason, and nothing when all is well.
 */
interface Zone {
  imports: string[];
  packages: string[];
}

export interface Layers {
  zones: Record<string, Zone>;
  typeOnly: Record<string, string[]>;
  packageHomes: Record<string, string[]>;
}

/** Folders import only what their row of the table names. */
export function wrongImports(files: readonly ParsedSource[], table: Layers = layers): string[] {
  return files.flatMap((file) => {
    const zone = zoneOf(file.path, table);
    if (zone === null) return [`${file.path}: no zone in test/support/layers.json covers it`];
    return file.imports.flatMap((imported) => faultsOf(file, imported, zone, table));
  });
}

/** Folders that import each other in a circle, files of one folder apart. */
export function folderCycles(files: readonly ParsedSource[]): string[] {
  const edges = folderEdges(files);
  const cycles = new Set<string>();
  for (const start of edges.keys()) {
    const path = shortestWayBack(start, edges);
    if (path !== null) cycles.add(rotateToSmallest(path).join(' -> '));
  }
  return [...cycles].sort().map((cycle) => `folders import each other in a circle: ${cycle}`);
}

function zoneOf(path: string, table: Layers): string | null {
  const matching = Object.keys(table.zones).filter((zone) => isInside(path, zone));
  return matching.sort((a, b) => b.length - a.length)[0] ?? null;
}

function faultsOf(file: ParsedSource, imported: Import, zone: string, table: Layers): string[] {
  const place = `${file.path}:${imported.line}`;
  const row = table.zones[zone];
  if (row === undefined) return [];
  if (imported.target === null) return packageFaults(place, file, imported, row, table);
  const target = imported.target;
  const faults: string[] = [];
  if (!isAllowed(file.path, target, zone, row, table)) {
    faults.push(`${place}: ${zone} may not import ${target}`);
  }
  const exempt = table.typeOnly[target];
  if (exempt !== undefined && !imported.typeOnly && !exempt.some((z) => isInside(file.path, z))) {
    faults.push(`${place}: ${target} may only be imported with \`import type\` here`);
  }
  return faults;
}

function isAllowed(from: string, target: string, zone: string, row: Zone, table: Layers): boolean {
  // A nested zone may stand on the zone around it and the other way round: one thing, two rows.
  const targetZone = zoneOf(target, table);
  if (targetZone !== null && zone !== 'sip') {
    if (isInside(target, zone) || (isInside(from, targetZone) && targetZone !== 'sip')) return true;
  }
  return row.imports.some((allowed) => isInside(target, allowed));
}

function packageFaults(
  place: string,
  file: ParsedSource,
  imported: Import,
  row: Zone,
  table: Layers,
): string[] {
  const name = packageName(imported.specifier);
  const faults: string[] = [];
  const allowed = row.packages.some(
    (pattern) =>
      pattern === '*' || pattern === name || (pattern === 'node:*' && name.startsWith('node:')),
  );
  if (!allowed) faults.push(`${place}: package ${name} may not be used here`);
  const homes = table.packageHomes[name];
  if (homes !== undefined && !homes.some((home) => isInside(file.path, home))) {
    faults.push(`${place}: package ${name} belongs in ${homes.join(', ')} only`);
  }
  return faults;
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

/**
 * Type imports count too: a circle of types is still a circle for the reader. A folder and the
 * folder around it are told apart from a circle by looking at siblings only.
 */
function folderEdges(files: readonly ParsedSource[]): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const file of files) {
    const from = folderOf(file.path);
    for (const { target } of file.imports) {
      if (target === null) continue;
      const to = folderOf(target);
      if (isInside(to, from) || isInside(from, to)) continue;
      edges.set(from, (edges.get(from) ?? new Set()).add(to));
    }
  }
  return edges;
}

function shortestWayBack(start: string, edges: Map<string, Set<string>>): string[] | null {
  const queue: string[][] = [[start]];
  const seen = new Set<string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const next of edges.get(path.at(-1) ?? start) ?? []) {
      if (next === start) return [...path, start];
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push([...path, next]);
    }
  }
  return null;
}

function rotateToSmallest(cycle: string[]): string[] {
  const ring = cycle.slice(0, -1);
  const first = ring.indexOf([...ring].sort()[0] ?? '');
  const turned = [...ring.slice(first), ...ring.slice(0, first)];
  return [...turned, turned[0] ?? ''];
}
