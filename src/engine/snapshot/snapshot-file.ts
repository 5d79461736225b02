/**
 * The local snapshot on disk: what `Remembered` says, as it stood at a place of the journal. Written whole and renamed,
 * readable by its owner only (it holds the phones' HA1). One that is broken, or of another version, is said and ignored.
 */
import { open, readFile, rename } from 'node:fs/promises';
import type { TrunkUse } from '../../domain/trunk/use';
import type { DialBudget } from '../../domain/dial/budget';
import type { Instant } from '../../domain/time';
import type { Position } from '../journal-segments';
import type { Known } from '../known';
import type { Log } from '../log';
import { joined, partsOf } from './parts';
import type { Remembered } from './remembered';

/** Rises with every change of what is in it. */
const VERSION = 3;

export interface LocalSnapshot {
  /** When it was taken. */
  at: Instant;
  /** It holds everything that stands before this place of the journal. */
  from: Position;
  remembered: Remembered;
}

interface OnDisk {
  version: number;
  at: Instant;
  from: Position;
  plan: Remembered['plan'];
  known: Omit<Known, 'budget'>;
  budget: Pick<DialBudget, 'attempts' | 'day'> & {
    spent: [string, number][];
    broken: [string, Instant][];
  };
  trunks: [string, TrunkUse][];
  calls: Remembered['calls'];
  signIn: Remembered['signIn'];
}

/**
 * Rejects when the disk refuses; what was there before is there still. What the snapshot names must not change meanwhile:
 * it is worded a part at a time, so that no call waits for the whole of it.
 */
export async function writeSnapshot(path: string, snapshot: LocalSnapshot): Promise<void> {
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    for (const part of partsOf({ ...onDisk(snapshot) })) {
      // All of it, or the disk refuses: `write` is content with less.
      await file.appendFile(`${JSON.stringify(part)}\n`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}

/** Null: there is none that can be used. */
export async function readSnapshot(path: string, log: Log): Promise<LocalSnapshot | null> {
  try {
    const read = joined((await readFile(path, 'utf8')).trimEnd().split('\n')) as unknown as OnDisk;
    if (read.version === VERSION) return fromDisk(read);
    log.warn(
      { path, version: read.version },
      'the local snapshot is of another version, and ignored',
    );
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return null;
    log.error({ err, path }, 'the local snapshot cannot be read, and is ignored');
  }
  return null;
}

function onDisk({ at, from, remembered }: LocalSnapshot): OnDisk {
  const { plan, known, trunks, calls, signIn } = remembered;
  const { budget, ...others } = known;
  const { attempts, day, spent, broken } = budget;
  return {
    ...{ version: VERSION, at, from, plan, known: others },
    budget: { attempts, day, spent: [...spent], broken: [...broken] },
    trunks: [...trunks],
    ...{ calls, signIn },
  };
}

function fromDisk({ at, from, plan, known, budget, trunks, ...others }: OnDisk): LocalSnapshot {
  const { attempts, day, spent, broken } = budget;
  return {
    ...{ at, from },
    remembered: {
      plan,
      known: {
        ...known,
        budget: { attempts, day, spent: new Map(spent), broken: new Map(broken) },
      },
      trunks: new Map(trunks),
      calls: others.calls,
      signIn: others.signIn,
    },
  };
}
