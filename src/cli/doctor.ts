/** `npx openline doctor`: what somebody has to do about the running Openline of this machine, in the terminal's language. */
import { ConfigError } from '../config';
import { tell } from './answers';
import { doctorOutside } from './doctor-outside';
import {
  askRunningApp,
  EXIT,
  languageOf,
  type Asked,
  type Exit,
  type Terminal,
} from './running-app';

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

/**
 * Exits with 1 when something is to be done, and with 2 when the app does not answer: then it says what can be seen
 * without it.
 */
export async function doctor({ args, env, cwd, terminal }: DoctorOptions): Promise<Exit> {
  if (args.length > 1 || (args[0] ?? '--json') !== '--json') {
    terminal.err(DOCTOR_USAGE);
    return EXIT.failed;
  }
  const asked = await askApp({ env, cwd });
  if (!('failure' in asked) && !asked.ok) return tell(asked, terminal, () => undefined);
  if ('failure' in asked && asked.failure !== '') terminal.err(asked.failure);
  const answer =
    'failure' in asked
      ? { findings: await doctorOutside({ env, cwd }), trunks: [] }
      : (asked.answer as Doctor);
  const isWell = answer.findings.every(({ state }) => state === 'ok');
  if (args[0] === '--json') terminal.out(JSON.stringify(answer));
  else show(answer, isWell, languageOf(env), terminal);
  if ('failure' in asked) return EXIT.failed;
  return isWell ? EXIT.done : EXIT.refused;
}

/** Settings that cannot be read are what keeps it from answering. */
async function askApp(where: Pick<DoctorOptions, 'env' | 'cwd'>): Promise<Asked> {
  try {
    return await askRunningApp(where, { method: 'GET', path: '/api/doctor' });
  } catch (error) {
    if (error instanceof ConfigError) return { failure: '' };
    throw error;
  }
}

function show(
  { findings }: Doctor,
  isWell: boolean,
  language: 'zh' | 'en',
  terminal: Terminal,
): void {
  for (const { what, state, [language]: text } of findings)
    terminal.out(`[${MARKS[state]}] ${what}: ${text}`);
  if (isWell) terminal.out(ALL_WELL[language]);
}
