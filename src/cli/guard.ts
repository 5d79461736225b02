/**
 * `npx openline guard`: whom the edge holds back and what it counted, as a table or as JSON;
 * `npx openline guard unblock ADDRESS` lets one address in again.
 */
import { table, tell } from './answers';
import { askRunningApp, EXIT, type Exit, type Terminal } from './running-app';

export const GUARD_USAGE =
  'Usage: npx openline guard [--json] | npx openline guard unblock ADDRESS';

/** The app's answer (http/schemas/guard.ts). */
interface Status {
  counters: Record<string, number>;
  sources: { address: string; why: string; since: number; until: number; dropped: number }[];
  more: number;
}

export interface GuardOptions {
  /** What follows `guard`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

/** Throws `ConfigError`. */
export async function guard({ args, env, cwd, terminal }: GuardOptions): Promise<Exit> {
  const [first, address] = args;
  if (first === 'unblock' && address !== undefined && args.length === 2) {
    const body = { address };
    const question = { method: 'POST', path: '/api/guard/unblock', body } as const;
    const asked = await askRunningApp({ env, cwd }, question);
    return tell(asked, terminal, () => terminal.out(`${address} is served again.`));
  }
  if (args.length > 1 || (first !== undefined && first !== '--json')) {
    terminal.err(GUARD_USAGE);
    return EXIT.failed;
  }
  const asked = await askRunningApp({ env, cwd }, { method: 'GET', path: '/api/guard' });
  return tell(asked, terminal, (answer) => {
    if (first === '--json') terminal.out(JSON.stringify(answer));
    else for (const line of linesOf(answer as Status)) terminal.out(line);
  });
}

function linesOf({ counters, sources, more }: Status): string[] {
  const held = sources.map(({ address, why, since, until, dropped }) => [
    ...[address, why, new Date(since).toISOString(), new Date(until).toISOString()],
    String(dropped),
  ]);
  const list =
    held.length === 0
      ? ['No address is held back.']
      : table([['ADDRESS', 'WHY', 'SINCE', 'UNTIL', 'DROPPED'], ...held]);
  const rest = more > 0 ? [`and ${more} more`] : [];
  const counted = Object.entries(counters).map(([reason, count]) => [reason, String(count)]);
  return [...list, ...rest, '', ...table([['COUNTED', 'SINCE THE EDGE STARTED'], ...counted])];
}
