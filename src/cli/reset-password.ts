/** `npx openline reset-password USER`: a password for one time, for who cannot sign in any more. */
import { tell } from './answers';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from './running-app';

const WORDS = {
  en: {
    usage: 'Usage: npx openline reset-password USER',
    given: (user: string) =>
      `One-time password of ${user}, shown once; it must be changed at sign-in:`,
  },
  zh: {
    usage: '用法：npx openline reset-password 用户',
    given: (user: string) => `${user} 的一次性密码，仅显示一次，登录时须修改：`,
  },
};

export interface ResetPasswordOptions {
  /** What follows `reset-password`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

/** Throws `ConfigError`. */
export async function resetPassword({
  args,
  env,
  cwd,
  terminal,
}: ResetPasswordOptions): Promise<Exit> {
  const words = WORDS[languageOf(env)];
  const [user] = args;
  if (user === undefined || args.length > 1) {
    terminal.err(words.usage);
    return EXIT.failed;
  }
  const path = `/api/people/${encodeURIComponent(user)}/reset-password`;
  return tell(await askRunningApp({ env, cwd }, { method: 'POST', path }), terminal, (answer) => {
    terminal.out(words.given(user));
    terminal.out((answer as { password: string }).password);
  });
}
