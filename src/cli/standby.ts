/**
 * `npx openline standby`: a second app beside the running Openline of this machine. It holds nothing but its place
 * until the active app is gone; then it is the active one. Finds edge and database by what the launcher has written.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings } from '../config';
import { EXIT, languageOf, type Exit, type Terminal } from './running-app';

export interface StandbyOptions {
  args: readonly string[];
  /** With the `.env` file beneath. */
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

const USAGE = 'Usage: npx openline standby';
const NOT_RUNNING = {
  zh: (dataDir: string) => `${dataDir} 中没有运行 Openline。请先启动（npm start）。`,
  en: (dataDir: string) => `No Openline runs in ${dataDir}. Start it first (npm start).`,
};

/** The environment of the app, or why it cannot be started. Throws `ConfigError`. */
export function standbyEnvironment({
  args,
  env,
  cwd,
  terminal,
}: StandbyOptions): { environment: NodeJS.ProcessEnv } | { exit: Exit } {
  if (args.length > 0) {
    terminal.err(USAGE);
    return { exit: EXIT.failed };
  }
  const { dataDir } = parseSettings(env, cwd);
  try {
    const told = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as object;
    return { environment: { ...env, ...told } };
  } catch {
    terminal.err(NOT_RUNNING[languageOf(env)](dataDir));
    return { exit: EXIT.failed };
  }
}
