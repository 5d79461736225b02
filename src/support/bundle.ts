/**
 * One file for whoever helps from outside, with what he needs and without anybody's data: what stands in it, from where, and
 * what is said of a part that cannot be had. The app may be down, and the database away.
 */
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Settings } from '../config';
import { readSnapshot } from '../engine/snapshot/snapshot-file';
import { knowCustomers, knowMachine, knowPlan } from './known';
import * as parts from './parts';
import { Pseudonyms } from './pseudonyms';
import { Scrubber } from './scrubber';
import { tar } from './tar';

export interface BundleOptions {
  settings: Settings;
  env: NodeJS.ProcessEnv;
  /** Every setting that there is. */
  settingNames: readonly string[];
  /** Where the program's `package.json` is. */
  programDir: string;
  /** Most bytes of each log. */
  logBytes: number;
  /** Asks the app; rejects when it does not answer. */
  ask: (path: string) => Promise<unknown>;
  /** As the doctor says without the app. */
  doctor: () => Promise<unknown>;
  /** Where the database is; null: nowhere that we know of. */
  databaseUrl: string | null;
}

export interface BundlePart {
  name: string;
  content: Buffer;
  /** Why there is nothing; its file says so. */
  missing?: string;
}

const LOGS = ['launcher', 'edge', 'app', 'postgres'];
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Everything that will be in it, in its order. */
export async function gatherBundle(options: BundleOptions): Promise<BundlePart[]> {
  const { settings, env, ask, databaseUrl, logBytes } = options;
  const { dataDir } = settings;
  const scrubber = new Scrubber(new Pseudonyms());
  const settingsTold = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value ?? '']),
  );
  knowMachine(dataDir, settingsTold, scrubber);
  const snapshot = await readSnapshot(join(dataDir, 'snapshot.jsonl'), SILENT);
  const plan = snapshot?.remembered.plan ?? null;
  if (plan !== null) knowPlan(plan, scrubber);
  if (databaseUrl !== null) await knowCustomers(databaseUrl, scrubber);
  scrubber.begin();
  const why = (error: unknown): string =>
    scrubber.text(error instanceof Error ? error.message : String(error), {
      chinese: 'names',
      quoted: true,
    });
  const found: BundlePart[] = [];
  const add = async (name: string, make: () => Promise<string> | string): Promise<void> => {
    try {
      found.push({ name, content: Buffer.from(await make()) });
    } catch (error) {
      const missing = why(error);
      found.push({ name, content: Buffer.from(`not to be had: ${missing}\n`), missing });
    }
  };
  const answered = (path: string) => async () => parts.answerPart(await ask(path), scrubber);
  await add('versions.json', () => parts.versionsPart(options.programDir));
  await add('machine.json', () => parts.machinePart(settings));
  await add('settings.json', () => parts.settingsPart(options.settingNames, env, scrubber));
  await add('plan.json', () => {
    if (plan === null) throw new Error('no plan was ever applied, or its snapshot cannot be read');
    return parts.planPart(plan, scrubber);
  });
  await add('health.json', answered('/health'));
  await add('ready.json', answered('/ready'));
  await add('doctor.json', () =>
    answered('/api/doctor')().catch(async () => parts.answerPart(await options.doctor(), scrubber)),
  );
  await add('guard.json', answered('/api/guard'));
  await add('metrics.txt', async () => parts.metricsPart(String(await ask('/metrics')), scrubber));
  await add('database.json', () => {
    if (databaseUrl === null) throw new Error('the embedded database was never made');
    return parts.databasePart(databaseUrl, scrubber);
  });
  await add('files.json', () => parts.filesPart(dataDir));
  for (const log of LOGS)
    await add(`logs/${log}.log`, () =>
      parts.logPart(join(dataDir, 'logs'), log, logBytes, scrubber),
    );
  return [{ name: 'README.txt', content: Buffer.from(README) }, ...found];
}

/** Writes the bundle; throws, and leaves nothing, where a file is already or the disk refuses. */
export async function writeBundle(
  path: string,
  found: readonly BundlePart[],
  at: number,
): Promise<number> {
  const archive = gzipSync(
    tar(
      found.map(({ name, content }) => ({ name: `openline-support/${name}`, content })),
      at,
    ),
  );
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(archive);
    await file.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await file.close();
  }
  return archive.length;
}

const README = `Openline support bundle

Telephone numbers, names of people and stores, ids of the plan, addresses and secrets were replaced by names such as
number~hqxnfabd. The same thing has the same name within this bundle; the key was thrown away, so that nobody can
find out whose it was. Ids of calls and legs stay: they say nothing outside the installation they come from.

Openline 支持包

电话号码、人员与门店名称、方案中的编号、地址和密钥均已替换为代号，例如 number~hqxnfabd。同一对象在本包内代号相同；
密钥已丢弃，无法还原。通话编号保留，离开原系统后没有意义。
`;
