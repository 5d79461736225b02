/**
 * What a standby of the same machine must be told of the running Openline: where its edge and its database are, with the
 * ports that they got. It holds passwords: only its owner may read it.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Settings of the app that the launcher decides, or that the standby's own environment may lack. */
const TOLD = [
  ...(['OPENLINE_DATA', 'DATABASE_URL', 'MEDIA_URL', 'MEDIA_SECRET'] as const),
  ...(['DRACHTIO_HOST', 'DRACHTIO_PORT', 'DRACHTIO_SECRET', 'HTTP_LISTEN'] as const),
  ...(['HTTP_TLS_CERT', 'HTTP_TLS_KEY', 'RECORDINGS_DIR', 'RECORDINGS_DIR_2'] as const),
  ...(['MEDIA_NETWORKS', 'NTP_SERVERS', 'DATA_RESERVE_MB', 'WEBHOOK_NETWORKS'] as const),
  ...(['BACKUP_DIR', 'BACKUP_AT', 'BACKUP_KEEP'] as const),
];

export const runningFile = (dataDir: string): string => join(dataDir, 'running.json');

/** Written whole, whenever something of it changes. */
export function tellRunning(dataDir: string, env: NodeJS.ProcessEnv): void {
  const told = Object.fromEntries(TOLD.map((name) => [name, env[name] ?? '']));
  const path = runningFile(dataDir);
  writeFileSync(`${path}.part`, JSON.stringify(told), { mode: 0o600 });
  renameSync(`${path}.part`, path);
}

/** Nothing runs any more. */
export function forgetRunning(dataDir: string): void {
  rmSync(runningFile(dataDir), { force: true });
}
