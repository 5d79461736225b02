import { stringify } from 'yaml';
import { readPlanFile } from '../../../../src/cli/plan-file';
import { lintPlan } from '../../../../src/domain/plan-lint/lint';
import { seeded } from '../../../simulation/random';
import { checked } from '../../../support/checked-plan';
import { dressedPlan } from '../../../support/dressed-plan';
import { SLIPS, type Sections, type Slip } from '../../../support/plan-slips';

/** `PLANTED=10000 npx jest planted`: so many plans, each with every fault by turns; a failure names its seed. */
const PLANS = Number(process.env['PLANTED'] ?? 200);
/** Of the faults so many are planted in one plan, one at a time, others in the next one. */
const EACH = process.env['PLANTED'] === undefined ? 1 : Infinity;

interface Fault extends Slip {
  /** Prompts that are in no folder. */
  missing?: string;
  /** What is true as well once it is planted. */
  also?: readonly string[];
}

const ALSO: Record<string, readonly string[]> = {
  AUTO_READY_FORM: ['AUTO_READY_UNASKED'],
  NO_TRUNK: ['RING_BACK_WITHOUT_TRUNK'],
  EXTENSION_IS_HOTLINE: ['SHOWN_NUMBER_REFUSED'],
  MENU_KEY_LEFT_OUT: ['QUEUE_WITHOUT_PEOPLE', 'STORE_WITHOUT_HOTLINE'],
};

const MISSING: readonly Fault[] = [
  { code: 'PROMPT_MISSING', missing: 'zh-CN/closed', make: () => 'hotlines[0]' },
  { code: 'PROMPT_MISSING', missing: 'en/greeting', make: () => 'hotlines[0].menu.language' },
];

const FAULTS: readonly Fault[] = [
  ...SLIPS.map((slip) => ({ ...slip, also: ALSO[slip.code] ?? [] })),
  ...MISSING,
];

/** As a person sees it: what is said of his file, and on which line. */
function look(text: string, missing: string[] = []) {
  const file = readPlanFile(text);
  if (!file.ok) throw new Error(JSON.stringify(file.faults));
  const findings = lintPlan(checked(file.document), { promptsMissing: new Set(missing) });
  return findings.map(({ code, at }) => ({ code, at, line: file.lineOf(at) }));
}

const MARK = 'here-it-is';

/** The line of a place, by writing a mark there; nothing in front of it moves. */
function markedLine(plan: Sections, at: string): number {
  const marked = structuredClone(plan);
  const [first = '', ...steps] = [...at.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(
    ([part, index]) => index ?? part,
  );
  let [holder, last] = [marked as Record<string, unknown>, first];
  for (const step of steps) {
    const next = holder[last];
    // What is missing is shown at what it is missing from.
    if (typeof next !== 'object' || next === null || !(step in next)) break;
    [holder, last] = [next as Record<string, unknown>, step];
  }
  holder[last] = withMark(holder[last]);
  const lines = stringify(marked).split('\n');
  return lines.findIndex((line) => line.includes(MARK)) + 1;
}

function withMark(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return MARK;
  return Array.isArray(value) ? [MARK, ...(value as unknown[])] : { [MARK]: 1, ...value };
}

test(`nothing is said of ${PLANS} good plans, whatever else they say`, () => {
  for (let seed = 0; seed < PLANS; seed += 1) {
    const said = look(stringify(dressedPlan(seeded(seed))));
    expect({ seed, said }).toEqual({ seed, said: [] });
  }
}, 3_600_000);

test('each fault that is planted alone is named in its place, on its line, and nothing that is not so', () => {
  const planted = new Map<Fault, number>();
  for (let seed = 0; seed < PLANS; seed += 1) {
    const turns = FAULTS.map((_fault, n) => FAULTS[(seed * EACH + n) % FAULTS.length] as Fault);
    for (const fault of EACH === Infinity ? FAULTS : turns.slice(0, EACH)) {
      const random = seeded(seed);
      const plan = dressedPlan(random);
      const at = fault.make(plan, random);
      if (at === null) continue;
      planted.set(fault, (planted.get(fault) ?? 0) + 1);
      const { code, missing, also = [] } = fault;
      const said = look(stringify(plan), missing === undefined ? [] : [missing]);
      const told = { seed, planted: `${code} ${at}` };
      expect({ ...told, said }).toEqual({
        ...told,
        said: expect.arrayContaining([{ code, at, line: markedLine(plan, at) }]),
      });
      const others = said.map((one) => one.code).filter((one) => one !== code);
      expect({ ...told, others: others.filter((one) => !also.includes(one)) }).toEqual({
        ...{ ...told, others: [] },
      });
    }
  }
  expect(planted.size).toBe(FAULTS.length);
  expect(Math.min(...planted.values())).toBeGreaterThanOrEqual(PLANS / 100);
}, 3_600_000);
