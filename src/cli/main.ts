/** The `openline` command. Decides which command is meant; each has a file of its own. */
import { resolve } from 'node:path';
import { ConfigError } from '../config';
import { withEnvFile } from '../env-file';
import { apply } from './apply';
import { doctor } from './doctor';
import { guard } from './guard';
import { hotlines } from './hotlines';
import { message } from './message';
import { number } from './number/number';
import { prompts } from './prompts/prompts';
import { EXIT } from './running-app';

const HELP = `openline - contact-centre server

  npx openline start             start Openline (as npm start does)
  npx openline apply plan.yaml   apply a plan to the running Openline of this machine
  npx openline doctor            what is to be done: database, edge, disk, hotlines, channels; --json
  npx openline guard             whom the edge holds back, and what it counted; --json for programs
  npx openline guard unblock ADDRESS   let an address in again
  npx openline number 013…       what becomes of a number by the plan: --trunk ID, --out, --json
  npx openline hotlines          which hotlines take calls now; --json for programs
  npx openline close NUMBER      close a hotline at once: --until 18:00, else until it is opened
  npx openline open NUMBER       end that
  npx openline message NUMBER    callers hear a prompt first: --say KEY|FILE, --until 18:00; --none ends it
  npx openline prompts           prompts in the store's own voice: list, import, reset, export-texts
  npx openline help              this text

Settings come from the environment or a .env file; see .env.example.
Exit codes: 0 done, 1 refused (apply: the plan has faults; doctor: something is to be done), 2 it could not be tried.`;

const terminal = {
  out: (line: string) => process.stdout.write(`${line}\n`),
  err: (line: string) => process.stderr.write(`${line}\n`),
};

// `| head` has read enough: the rest is nobody's loss.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

async function main([command = 'help', ...args]: string[]): Promise<number> {
  switch (command) {
    case 'start':
      await import('../launcher.js');
      return EXIT.done;
    case 'apply': {
      const [path] = args;
      if (path === undefined || args.length > 1) {
        terminal.err('Usage: npx openline apply plan.yaml');
        return EXIT.failed;
      }
      return apply({
        path,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    }
    case 'doctor':
      return doctor({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'guard':
      return guard({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'number':
      return number({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'prompts':
      return prompts({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'message':
      return message({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
        now: new Date(),
      });
    case 'hotlines':
    case 'close':
    case 'open':
      return hotlines({
        command,
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
        now: new Date(),
      });
    case 'help':
    case '--help':
    case '-h':
      terminal.out(HELP);
      return EXIT.done;
    default:
      terminal.err(`There is no command "${command}".\n\n${HELP}`);
      return EXIT.failed;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    // Not process.exit: `start` goes on, and output to a pipe must be written out.
    process.exitCode = code;
  },
  (error: unknown) => {
    terminal.err(error instanceof ConfigError ? error.message : String(error));
    process.exitCode = EXIT.failed;
  },
);
