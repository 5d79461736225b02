import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { burst, FULL_BURST, QUICK_BURST } from './burst';
import { FULL, hotline, PHASES, QUICK } from './hotline';
import { FULL_IMPORT, importFiles, QUICK_IMPORT } from './import';
import { FULL_LEADS, leads, QUICK_LEADS } from './leads';
import { FULL_MEDIA, media, QUICK_MEDIA } from './media';
import { FULL_SIP, QUICK_SIP, sip } from './sip';

/**
 * `npm run bench -- NAME [--quick] --json` prints one JSON object: which bench, on what, when, and the
 * bench's keys. `--phase=NAME`: of the hotline that phase alone. Exit code 1 when a call failed, 2 when the command is wrong.
 */
type Figures = { failed: number };

const BENCHES: Record<string, (quick: boolean, phases: typeof PHASES) => Promise<Figures>> = {
  burst: (quick) => burst(quick ? QUICK_BURST : FULL_BURST),
  hotline: (quick, phases) => hotline(quick ? QUICK : FULL, phases),
  import: (quick) => importFiles(quick ? QUICK_IMPORT : FULL_IMPORT, said),
  leads: (quick) => leads(quick ? QUICK_LEADS : FULL_LEADS, said),
  media: (quick) => media(quick ? QUICK_MEDIA : FULL_MEDIA),
  sip: (quick) => sip(quick ? QUICK_SIP : FULL_SIP),
};

/** Of what takes minutes, to who waits at a screen. */
const said = (what: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`${what}\n`);
};

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

async function main(args: string[]): Promise<number> {
  const name = args.find((arg) => !arg.startsWith('--'));
  const chosen = args.find((arg) => arg.startsWith('--phase='))?.slice('--phase='.length);
  const phases = PHASES.filter((phase) => chosen === undefined || phase === chosen);
  const unknown = args.filter((arg) => /^--(?!(quick|json|phase=.*)$)/.test(arg));
  const bench = name === undefined ? undefined : BENCHES[name];
  const isMisplaced = chosen !== undefined && (name !== 'hotline' || phases.length === 0);
  if (bench === undefined || unknown.length > 0 || isMisplaced) {
    const names = Object.keys(BENCHES).join(' | ');
    const phase = `[--phase=${PHASES.join('|')}]`;
    process.stderr.write(`usage: npm run bench -- ${names} ${phase} [--quick] [--json]\n`);
    return 2;
  }
  const quick = args.includes('--quick');
  const about = {
    bench: name,
    machine: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    commit: commit(),
    node: process.version,
    quick,
    startedAt: new Date().toISOString(),
  };
  const figures = await bench(quick, phases);
  const result = { ...about, ...figures };
  process.stdout.write(`${args.includes('--json') ? JSON.stringify(result) : table(result)}\n`);
  return figures.failed > 0 ? 1 : 0;
}

function table(result: object): string {
  return Object.entries(result)
    .map(([key, value]) => `${key.padEnd(28)} ${shown(value)}`)
    .join('\n');
}

/** A list has a line for each of its members. */
function shown(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.map((one) => `\n    ${JSON.stringify(one)}`).join('');
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    process.exitCode = 1;
  },
);
