/**
 * To become the one active app of the cell: the claim from the edge, then the journal, from whoever had it before.
 * Waits as a standby for as long as another is active. The edge decides who is (sip/control/claim.ts).
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { connectControl, type ControlClient } from '../../sip/index';
import type { Config } from '../config';
import { FileJournal, type JournalOptions } from '../engine/journal';
import { JournalLocked } from '../engine/journal-lock';

/** What whoever started the app is told of the claim. */
export interface ClaimHooks {
  /** Another app is active; told once. */
  standsBy: () => void;
  /** Another app has been active since: this one must not do anything any more, not even finish. */
  lost: () => void;
}

/** The way to the edge, with the claim. */
export interface Claimed {
  control: ControlClient;
  epoch: number;
}

/** A process that is killed is gone within this. */
const END_WITHIN_MS = 2000;
const LOOK_EVERY_MS = 20;

/** Resolves when this app is the active one, be it after hours. */
export async function claimCell(
  cell: string,
  { config, log, hooks }: { config: Config; log: Logger; hooks: ClaimHooks },
): Promise<Claimed> {
  const path = join(config.dataDir, 'epoch');
  const control = connectControl({
    host: config.media.host,
    port: config.media.port,
    secret: config.secrets.media,
    app: cell,
    claims: { above: keptEpoch(path) },
    log: log.child({ part: 'control' }),
  });
  control.once('refused', () => {
    log.info({ cell }, 'another app is active; standing by');
    hooks.standsBy();
  });
  control.once('lost', hooks.lost);
  await new Promise<void>((resolve) => control.once('connected', () => resolve()));
  const epoch = control.epoch ?? 0;
  keepEpoch(path, epoch);
  log.info({ cell, epoch }, 'active');
  return { control, epoch };
}

/** The claim is given anew, because this epoch was seen elsewhere. */
export async function claimAbove(
  control: ControlClient,
  seen: number,
  { dataDir }: Config,
): Promise<number> {
  await control.claimAbove(seen);
  const epoch = control.epoch ?? 0;
  keepEpoch(join(dataDir, 'epoch'), epoch);
  return epoch;
}

/**
 * The journal of the data folder. An app of an older epoch that has it is stopped or hung: it can reach nobody any
 * more, and is ended, so that it gives journal and HTTP port free. Throws `JournalLocked` for any other process, and where
 * nobody can tell whether it is that app.
 */
export async function openJournal(
  options: JournalOptions & { epoch: number },
  log: Logger,
): Promise<FileJournal> {
  for (const until = performance.now() + END_WITHIN_MS; ;) {
    try {
      return await FileJournal.open(options);
    } catch (error) {
      if (!(error instanceof JournalLocked) || !mayEnd(error, options.epoch)) throw error;
      if (performance.now() > until) throw error;
      log.warn({ pid: error.pid, epoch: error.epoch }, 'the app that was active before is ended');
      endProcess(error.pid);
      await delay(LOOK_EVERY_MS);
    }
  }
}

/** Never a process that only has the id of that app. */
const mayEnd = ({ epoch, isCertain }: JournalLocked, ours: number): boolean =>
  isCertain && epoch !== null && epoch < ours;

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone, or another user's: then the lock stays, and says so.
  }
}

/** The greatest epoch that was ever given here; the edge may have lost its disk. */
function keptEpoch(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0;
  } catch {
    return 0;
  }
}

function keepEpoch(path: string, epoch: number): void {
  const file = openSync(`${path}.part`, 'w', 0o600);
  try {
    writeSync(file, `${epoch}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.part`, path);
}
