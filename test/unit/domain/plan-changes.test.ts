import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { readPlanFile, type PlanFile } from '../../../src/cli/plan-file';
import { checkPlan } from '../../../src/domain/plan-check';
import type { PlanFault } from '../../../src/domain/plan-check/faults';
import { differenceOf } from '../../../src/domain/plan-difference/difference';
import { differenceLines } from '../../../src/domain/plan-difference/words';
import { documentOf } from '../../../src/domain/plan-document';
import { lintPlan } from '../../../src/domain/plan-lint/lint';
import { seeded } from '../../simulation/random';
import { planOf, storedOf } from '../../support/checked-plan';
import { changed } from '../../support/plan-changes';
import { randomPlan } from '../../support/random-plan';

/** `PLAN_CHANGES=10000 npx jest plan-changes` for all; a failure names its seed. */
const CHANGES = Number(process.env['PLAN_CHANGES'] ?? 1500);
/** So many changes are made to one plan, one after the other. */
const EACH = 50;

interface Count {
  taken: number;
  refused: number;
}

/** One plan file through its life: what is refused leaves it, and what is taken can be exported and taken again. */
function live(seed: number, count: Count): void {
  const random = seeded(seed);
  const first = randomPlan(random);
  let standing = planOf(passed(first));
  let stored = storedOf(passed(first));
  let file: object = first;
  for (let n = 0; n < EACH; n += 1) {
    const { document: next, did } = changed(file, random);
    const told = `seed ${seed}, change ${n}: ${did.join('; ')}`;
    const text = stringify(next);
    const read = readPlanFile(text);
    if (!read.ok) throw new Error(`${told}: ${JSON.stringify(read.faults)}`);
    const check = checkPlan(read.document, stored);
    if (!check.ok) {
      count.refused += 1;
      const faults = check.problems.flatMap((problem) => faultOf(problem, read, text));
      if (check.problems.length === 0) faults.push('no reason');
      expect({ told, faults }).toEqual({ told, faults: [] });
      continue;
    }
    count.taken += 1;
    const plan = planOf(check.plan);
    const [before, after] = [documentOf(standing), documentOf(plan)];
    const lines = differenceLines(differenceOf(before, after), 'en');
    const isSame = JSON.stringify(before) === JSON.stringify(after);
    if (isSame && lines.length > 0) throw new Error(`${told}: ${lines.join()}`);
    lintPlan(check.plan, { promptsMissing: new Set() });
    const again = checkPlan(JSON.parse(JSON.stringify(after)), storedOf(check.plan));
    const exported = again.ok ? documentOf(planOf(again.plan)) : again.problems;
    if (!isDeepStrictEqual(exported, after))
      expect({ told, exported }).toEqual({ exported: after });
    [standing, file, stored] = [plan, read.document as object, storedOf(check.plan)];
  }
}

/** Why a refusal does not say enough; empty when it does. */
function faultOf({ at, code, zh, en }: PlanFault, { document, lineOf }: Read, text: string) {
  const lines = text.split('\n');
  const line = lineOf(at);
  if (code === '' || !/[\u4e00-\u9fff]/.test(zh) || en === '') return [`${at}: no reason`];
  if (line < 1 || line > lines.length) return [`${at}: no line ${line}`];
  // What is one word in the file stands on its line, behind its key.
  const [key, value] = valueAt(document, at);
  const isWord = key !== '' && ['string', 'number', 'boolean'].includes(typeof value);
  const isThere = lines[line - 1]?.includes(key) ?? false;
  return isWord && !isThere ? [`${at}: not on line ${line}: ${lines[line - 1]}`] : [];
}

type Read = Extract<PlanFile, { ok: true }>;

/** The last key of a place with what stands there; an element of a list has its dash. */
function valueAt(document: unknown, at: string): [key: string, value: unknown] {
  const steps = [...at.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([part, index]) => index ?? part);
  const value = steps.reduce<unknown>(
    (node, step) => (typeof node === 'object' && node !== null ? (node as Node)[step] : undefined),
    document,
  );
  return [at.endsWith(']') ? '- ' : (steps.at(-1) ?? ''), value];
}

type Node = Record<string, unknown>;

function passed(document: object) {
  const all = { has: () => true } as unknown as ReadonlySet<string>;
  const stored = { realm: null, people: all, phones: all, accounts: all };
  const realm = (document as { sip?: { realm?: string } }).sip?.realm ?? 'openline';
  const check = checkPlan(document, { ...stored, realm });
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return check.plan;
}

test(`of ${CHANGES} changes each is taken whole, or refused with its line and reason`, () => {
  const count: Count = { taken: 0, refused: 0 };
  for (let seed = 0; seed < CHANGES / EACH; seed += 1) live(seed, count);
  expect(count.taken + count.refused).toBeGreaterThanOrEqual(CHANGES);
  // Neither is a rare thing, or the other would prove nothing.
  expect(count.taken / CHANGES).toBeGreaterThan(0.15);
  expect(count.refused / CHANGES).toBeGreaterThan(0.15);
}, 300_000);
