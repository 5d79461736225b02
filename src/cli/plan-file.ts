/**
 * A plan file as people write it: YAML. Decides on which line of the file a place such as
 * `queues[0].store` stands. What a plan may hold is decided elsewhere.
 */
import { isCollection, LineCounter, parseDocument, type Document } from 'yaml';

/** A fault of the file itself, before it is a plan. */
export interface FileFault {
  line: number;
  message: string;
}

export type PlanFile =
  | {
      ok: true;
      /** As JSON. */
      document: unknown;
      /** The line, from 1, of a place, or of the nearest place around it. */
      lineOf: (at: string) => number;
    }
  | { ok: false; faults: FileFault[] };

/**
 * Reads YAML 1.2 and the merge key of 1.1 (`<<: *night`), which people write with anchors. Duplicate keys are faults: one
 * of the two would be lost without a word.
 */
export function readPlanFile(text: string): PlanFile {
  const lines = new LineCounter();
  const reading = { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge: true };
  const parsed = parseDocument(text, reading);
  const faults = [...parsed.errors, ...parsed.warnings].map((fault) => ({
    line: lines.linePos(fault.pos[0]).line,
    message: fault.message,
  }));
  if (faults.length > 0) return { ok: false, faults };
  let document: unknown;
  try {
    document = parsed.toJS();
  } catch (error) {
    // Aliases that would make much of little.
    return { ok: false, faults: [{ line: 1, message: (error as Error).message }] };
  }
  return {
    ok: true,
    document,
    lineOf: (at) => lines.linePos(offsetOf(parsed, pathOf(at))).line,
  };
}

/** `queues[0].store` → `['queues', 0, 'store']`. */
function pathOf(at: string): (string | number)[] {
  return [...at.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([part, index]) =>
    index === undefined ? part : Number(index),
  );
}

/** Where the place begins. What is missing in the file is shown at the object it is missing from. */
function offsetOf(document: Document.Parsed, path: (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (!isCollection(node)) break;
    const next: unknown = node.get(step, true);
    const range = (next as { range?: [number, number, number] | null } | undefined)?.range;
    if (!range) break;
    offset = range[0];
    node = next;
  }
  return offset;
}
