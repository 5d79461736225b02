/** `npx openline test-mail`: mails whom the settings name for alarms, and shows what the mail server said. */
import { tell } from './answers';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from './running-app';

export interface TestMailCommand {
  /** What follows `test-mail`: nothing. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

const MESSAGES = {
  en: {
    usage: 'Usage: npx openline test-mail',
    taken: (to: string, said: string) => `The mail server took a mail to ${to}: ${said}`,
    refused: (to: string) => `It refuses mail to ${to}.`,
  },
  zh: {
    usage: '用法：npx openline test-mail',
    taken: (to: string, said: string) => `邮件服务器已接收发往 ${to} 的邮件：${said}`,
    refused: (to: string) => `它拒收发往 ${to} 的邮件。`,
  },
};

/** Throws `ConfigError`. */
export async function testMail({ args, env, cwd, terminal }: TestMailCommand): Promise<Exit> {
  const messages = MESSAGES[languageOf(env)];
  if (args.length > 0) {
    terminal.err(messages.usage);
    return EXIT.failed;
  }
  const asked = await askRunningApp({ env, cwd }, { method: 'POST', path: '/api/alarm-mail/test' });
  let refused = false;
  const exit = tell(asked, terminal, (answer) => {
    const said = answer as { accepted: string[]; rejected: string[]; response: string };
    terminal.out(messages.taken(said.accepted.join(', '), said.response));
    refused = said.rejected.length > 0;
    if (refused) terminal.err(messages.refused(said.rejected.join(', ')));
  });
  return refused ? EXIT.refused : exit;
}
