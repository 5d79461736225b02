/** The read-only mode of this app: what it looks at, and who is told. */
import { gaugeReadOnly } from '../http/metrics';
import { ReadOnlyMode } from '../jobs/read-only-mode';
import { takesChanges } from '../store/takes-changes';
import type { Centre, Parts } from './centre';

export function readOnlyMode({ config, db, log }: Parts, centre: Centre): ReadOnlyMode {
  const now = () => centre.clock.now();
  // What is in force as the app starts is the first that anybody hears of it, and ends what a former life has told.
  const mode = new ReadOnlyMode({
    ...{ dataDir: config.dataDir, reserveBytes: config.dataReserveBytes, now },
    database: () => takesChanges(db),
    onChange: (readOnly) => {
      const code = readOnly === null ? 'READ_ONLY_OVER' : 'READ_ONLY';
      const detail = readOnly?.why ?? '';
      centre.engine.submit({ type: 'alarm.raised', at: now(), code, detail });
      if (readOnly === null) log.info('changes are taken');
      else log.warn({ readOnly }, 'no change is taken');
      centre.hub.publish({ kind: 'read-only.updated', readOnly }, now());
    },
  });
  gaugeReadOnly(centre.metrics, mode.state);
  return mode;
}
