/**
 * `npx openline hotlines`: which hotlines take calls now; `npx openline close NUMBER` closes one at once, and
 * `npx openline open NUMBER` lets its hours count again.
 */
import { table, tell } from './answers';
import { momentOf } from './moment';
import { askRunningApp, EXIT, type Exit, type Terminal } from './running-app';

export const HOTLINES_USAGE =
  'Usage: npx openline hotlines [--json] | npx openline close NUMBER [--until 18:00] | npx openline open NUMBER';

/** The app's answer (http/schemas/hotline.ts). */
interface Hotline {
  number: string;
  storeId: string;
  open: boolean;
  why: string | null;
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
  if (command === 'hotlines') {
    if (args.length > 1 || (args[0] ?? '--json') !== '--json') return misused(terminal);
    const asked = await askRunningApp({ env, cwd }, { method: 'GET', path: '/api/hotlines' });
    return tell(asked, terminal, (answer) => {
      if (args[0] === '--json') terminal.out(JSON.stringify(answer));
      else for (const line of linesOf((answer as { items: Hotline[] }).items)) terminal.out(line);
    });
  }
  const [number, flag, text, ...more] = args;
  const until = text === undefined ? null : momentOf(text, options.now);
  const isLimited = command === 'close' && flag === '--until' && until !== null;
  if (number === undefined || more.length > 0 || (flag !== undefined && !isLimited))
    return misused(terminal);
  const body = command === 'close' ? { body: isLimited ? { until: until.toISOString() } : {} } : {};
  const path = `/api/hotlines/${encodeURIComponent(number)}/${command}`;
  const asked = await askRunningApp({ env, cwd }, { method: 'POST', path, ...body });
  return tell(asked, terminal, (answer) => {
    for (const line of linesOf([answer as Hotline])) terminal.out(line);
  });
}

function misused(terminal: Terminal): Exit {
  terminal.err(HOTLINES_USAGE);
  return EXIT.failed;
}

function linesOf(all: Hotline[]): string[] {
  if (all.length === 0) return ['The plan has no hotline.'];
  const rows = all.map(({ number, storeId, open, why, opensAt, closure }) => [
    ...[number, storeId, open ? 'open' : 'closed'],
    closure === null ? (why ?? '') : `by ${closure.by}`,
    open ? '' : opensAt === null ? 'nobody can say' : new Date(opensAt).toISOString(),
  ]);
  return table([['NUMBER', 'STORE', 'STATE', 'WHY', 'OPENS'], ...rows]);
}
