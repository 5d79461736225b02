/** `npx openline doctor`: what somebody has to do about the running Openline of this machine, in the terminal's language. */
import { tell } from './answers';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from './running-app';

export const DOCTOR_USAGE = 'Usage: npx openline doctor [--json]';

/** The app's answer (http/schemas/doctor.ts), as far as it is shown. */
interface Doctor {
  findings: { what: string; state: 'ok' | 'warn' | 'fail'; zh: string; en: string }[];
}

export interface DoctorOptions {
  /** What follows `doctor`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

const ALL_WELL = { zh: '一切正常。', en: 'Nothing is to be done.' };
const MARKS = { ok: '  ok  ', warn: ' WARN ', fail: ' FAIL ' };

/** Exits with 1 when something is to be done. Throws `ConfigError`. */
export async function doctor({ args, env, cwd, terminal }: DoctorOptions): Promise<Exit> {
  if (args.length > 1 || (args[0] ?? '--json') !== '--json') {
    terminal.err(DOCTOR_USAGE);
    return EXIT.failed;
  }
  let isWell = false;
  const asked = await askRunningApp({ env, cwd }, { method: 'GET', path: '/api/doctor' });
  const exit = tell(asked, terminal, (answer) => {
    const { findings } = answer as Doctor;
    isWell = findings.every(({ state }) => state === 'ok');
    if (args[0] === '--json') return terminal.out(JSON.stringify(answer));
    const language = languageOf(env);
    for (const { what, state, [language]: text } of findings)
      terminal.out(`[${MARKS[state]}] ${what}: ${text}`);
    if (isWell) terminal.out(ALL_WELL[language]);
  });
  return exit === EXIT.done && !isWell ? EXIT.refused : exit;
}
