import type { JournalEntry } from '../../../src/domain/records';
import type { OpenLink } from '../../../src/domain/recording/unlinked';
import { UnlinkedRecordings } from '../../../src/engine/unlinked-recordings';
import { aCall, journal } from '../../support/records';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

test('a call that comes while the database is being asked is not overlooked', async () => {
  const call = aCall();
  const link: OpenLink = {
    ...{ recordingId: 'r1', callId: call.id, storeId: null, path: 'x.wav', savedAt: 0 },
    ...{ linked: false, told: true },
  };
  const codes: string[] = [];
  let heard: () => void = () => undefined;
  const cleared = new Promise<void>((resolve) => (heard = resolve));
  let written = false;
  const comes = (entries: JournalEntry[]): void => {
    written = true;
    watch.applied(entries, []);
  };
  const watch = new UnlinkedRecordings({
    ...{ now: () => Date.now(), log, graceMs: 0, written: () => Promise.resolve() },
    standing: () => [],
    links: {
      // What the database says is what it was when it was asked.
      open: () => {
        const answer = [{ ...link, linked: written }];
        if (!written) comes(journal({ kind: 'call.saved', call }));
        return Promise.resolve(answer);
      },
      told: () => Promise.resolve(),
    },
    submit: (event) => {
      if (event.type === 'alarm.raised') codes.push(event.code);
      heard();
    },
  });
  watch.start();
  await cleared;
  await watch.stop();
  expect(codes).toEqual(['RECORDING_LINKED']);
});
