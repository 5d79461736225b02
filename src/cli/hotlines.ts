/**
 * `npx openline hotlines`: which hotlines take calls now; `npx openline close NUMBER` closes one at once, and
 * `npx openline open NUMBER` lets its hours count again.
 */
import { table, tell } from './answers';
import { HOTLINE_WORDS, type HotlineWords } from './hotline-words';
import { momentOf, shown } from './moment';
import {
  askRunningApp,
  EXIT,
  languageOf,
  type Asked,
  type Exit,
  type Terminal,
} from './running-app';

/** The app's answer (http/schemas/hotline.ts). */
interface Hotline {
  number: string;
  storeId: string;
  open: boolean;
  why: 'after-hours' | 'holiday' | 'closure' | null;
  opensAt: number | null;
  closure: { by: string } | null;
}

export interface HotlinesOptions {
  command: 'hotlines' | 'close' | 'open';
  /** What follows the command. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
  now: Date;
}

/** Throws `ConfigError`. */
export async function hotlines(options: HotlinesOptions): Promise<Exit> {
  const { command, args, env, cwd, terminal } = options;
  const words = HOTLINE_WORDS[languageOf(env)];
  if (command === 'hotlines') {
    if (args.length > 1 || (args[0] ?? '--json') !== '--json')
      return misused(terminal, words.usage);
    const asked = await everyHotline({ env, cwd });
    return tell(asked, terminal, (answer) => {
      if (args[0] === '--json') terminal.out(JSON.stringify(answer));
      else
        for (const line of linesOf((answer as { items: Hotline[] }).items, words))
          terminal.out(line);
    });
  }
  const [number, flag, text, ...more] = args;
  const until = text === undefined ? null : momentOf(text, options.now);
  if (command === 'close' && flag === '--until' && text !== undefined && until === null)
    return misused(terminal, words.noMoment(text));
  const isLimited = command === 'close' && flag === '--until' && until !== null;
  if (number === undefined || more.length > 0 || (flag !== undefined && !isLimited))
    return misused(terminal, words.usage);
  const body = command === 'close' ? { body: isLimited ? { until: until.toISOString() } : {} } : {};
  const path = `/api/hotlines/${encodeURIComponent(number)}/${command}`;
  const asked = await askRunningApp({ env, cwd }, { method: 'POST', path, ...body });
  return tell(asked, terminal, (answer) => {
    for (const line of linesOf([answer as Hotline], words)) terminal.out(line);
  });
}

function misused(terminal: Terminal, why: string): Exit {
  terminal.err(why);
  return EXIT.failed;
}

function linesOf(all: Hotline[], words: HotlineWords): string[] {
  if (all.length === 0) return [words.noHotline];
  const rows = all.map(({ number, storeId, open, why, opensAt, closure }) => [
    ...[number, storeId, words.states[open ? 'open' : 'closed']],
    closure !== null ? words.by(closure.by) : why === null ? '' : words.why[why],
    open ? '' : opensAt === null ? words.nobodyKnows : shown(new Date(opensAt)),
  ]);
  return table([words.head, ...rows]);
}

/** All pages as one. */
async function everyHotline(where: Parameters<typeof askRunningApp>[0]): Promise<Asked> {
  const items: unknown[] = [];
  for (let query = ''; ;) {
    const asked = await askRunningApp(where, { method: 'GET', path: `/api/hotlines${query}` });
    if ('failure' in asked || !asked.ok) return asked;
    const page = asked.answer as { items: unknown[]; next: string | null };
    items.push(...page.items);
    if (page.next === null) return { ok: true, answer: { items, next: null } };
    query = `?after=${page.next}`;
  }
}
