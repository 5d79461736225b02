/** How the app's answer to a plan is shown: what changed, what that does to calls, what the lint says, and each fault. */
import type { PlanChange } from '../domain/plan-difference/difference';
import { differenceLines } from '../domain/plan-difference/words';
import { PLAN_WORDS } from './plan-words';
import { EXIT, type Exit, type Terminal } from './running-app';

/** The app's answer (http/schemas/plan.ts, http/errors.ts), as far as it is shown. */
export interface PlanAnswer {
  dryRun?: boolean;
  summary?: Record<string, { added: number; changed: number; removed: number }>;
  changes?: PlanChange[];
  warnings?: { section: string; id: string; message: string }[];
  findings?: PlanRemark[];
  /** Of the lint; those of a refusal are in `details`. */
  problems?: PlanRemark[];
  message?: string;
  whatToDo?: string;
  details?: { problems?: PlanRemark[] };
}

export interface PlanRemark {
  at: string;
  code: string;
  severity?: 'error' | 'warning' | 'hint';
  message: string;
}

export interface Showing {
  terminal: Terminal;
  language: 'zh' | 'en';
  json: boolean;
  /** The file and its lines; missing where the plan is in no file. */
  file?: { path: string; lineOf: (at: string) => number };
}

/** Shows it, and says how the command ends. */
export function showPlan(sent: { ok: boolean; answer: unknown }, showing: Showing): Exit {
  const answer = sent.answer as PlanAnswer;
  const faults = sent.ok ? answer.problems : answer.details?.problems;
  const exit = sent.ok ? EXIT.done : faults === undefined ? EXIT.failed : EXIT.refused;
  const { terminal, language } = showing;
  if (showing.json) {
    terminal.out(JSON.stringify(withLines(answer, showing)));
    return exit;
  }
  if (!sent.ok) {
    terminal.err(answer.message ?? PLAN_WORDS[language].refused);
    if (faults === undefined && answer.whatToDo !== undefined) terminal.err(answer.whatToDo);
    for (const fault of faults ?? []) terminal.err(remarkLine(fault, showing));
    return exit;
  }
  for (const line of changeLines(answer, language)) terminal.out(line);
  for (const line of callLines(answer, language)) terminal.out(line);
  for (const finding of answer.findings ?? []) terminal.out(remarkLine(finding, showing));
  return exit;
}

function changeLines({ dryRun, summary = {}, changes }: PlanAnswer, language: 'zh' | 'en') {
  const words = PLAN_WORDS[language];
  if (dryRun) {
    if (!changes?.length) return [words.wouldNothing];
    return [words.dryRun, ...differenceLines(changes, language)];
  }
  const lines = Object.entries(summary).flatMap(([section, change]) => {
    const counts = (['added', 'changed', 'removed'] as const).filter((what) => change[what] > 0);
    if (counts.length === 0) return [];
    return [
      `${section}: ${counts.map((what) => `${change[what]} ${words.counts[what]}`).join(', ')}`,
    ];
  });
  if (lines.length > 0) return lines;
  // Such as another order, which no section counts.
  return changes?.length ? differenceLines(changes, language) : [words.nothing];
}

function callLines({ warnings = [] }: PlanAnswer, language: 'zh' | 'en'): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map(({ section, id, message }) => `  ! ${section} ${id}: ${message}`);
  return [PLAN_WORDS[language].calls, ...lines.map((line) => line.replace(' : ', ': '))];
}

/** `plan.yaml:4: warning: hotlines[0].queue: what`; without a file from the place on. */
export function remarkLine(
  { at, severity, message }: PlanRemark,
  { file, language }: Pick<Showing, 'file' | 'language'>,
): string {
  const parts = [
    ...(file ? [`${file.path}:${file.lineOf(at)}`] : []),
    ...(severity === undefined ? [] : [PLAN_WORDS[language].severity[severity]]),
    ...(at === '' ? [] : [at]),
  ];
  return [...parts, message].join(': ');
}

function withLines(answer: PlanAnswer, { file }: Showing): object {
  const lined = (remarks: PlanRemark[]) =>
    remarks.map((one) => (file ? { ...one, line: file.lineOf(one.at) } : one));
  const { findings, problems, details } = answer;
  return {
    ...answer,
    ...(findings && { findings: lined(findings) }),
    ...(problems && { problems: lined(problems) }),
    ...(details?.problems && { details: { ...details, problems: lined(details.problems) } }),
  };
}
