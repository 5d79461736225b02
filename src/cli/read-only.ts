/** `npx openline read-only [on|off]`: whether people may change what is kept; calls go on all the same. */
import { tell } from './answers';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from './running-app';

export interface ReadOnlyCommand {
  /** What follows `read-only`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

/** The app's answer (http/schemas/read-only.ts). */
interface Stands {
  readOnly: { why: 'ordered' | 'disk' | 'database'; since: number } | null;
}

const MESSAGES = {
  en: {
    usage: 'Usage: npx openline read-only [on|off]',
    off: 'Everything may be changed.',
    on: (why: string, since: string) =>
      `Nothing may be changed since ${since}: ${why}. Calls go on.`,
    why: {
      ordered: 'it was ordered (npx openline read-only off ends it)',
      disk: 'the disk of the data folder is nearly full',
      database: 'the database is away, or takes no changes',
    },
  },
  zh: {
    usage: '用法：npx openline read-only [on|off]',
    off: '可以进行更改。',
    on: (why: string, since: string) => `自 ${since} 起不能进行更改：${why}。通话不受影响。`,
    why: {
      ordered: '由命令开启（npx openline read-only off 可关闭）',
      disk: '数据文件夹所在磁盘将满',
      database: '数据库无应答或不接受写入',
    },
  },
};

/** Throws `ConfigError`. */
export async function readOnly({ args, env, cwd, terminal }: ReadOnlyCommand): Promise<Exit> {
  const messages = MESSAGES[languageOf(env)];
  const [word] = args;
  if (args.length > 1 || (word !== undefined && word !== 'on' && word !== 'off')) {
    terminal.err(messages.usage);
    return EXIT.failed;
  }
  const path = '/api/read-only';
  const question =
    word === undefined
      ? ({ method: 'GET', path } as const)
      : ({ method: 'POST', path, body: { on: word === 'on' } } as const);
  return tell(await askRunningApp({ env, cwd }, question), terminal, (answer) => {
    const { readOnly: stands } = answer as Stands;
    if (stands === null) return terminal.out(messages.off);
    const since = new Date(stands.since).toISOString();
    terminal.out(messages.on(messages.why[stands.why], since));
  });
}
