/**
 * What every media backend must do, told through the control protocol: the suite is given a running
 * edge (real sockets, real files) and checks sound by its content. `media.test.ts` runs it against the
 * embedded engine; another backend behind the same protocol runs the same suite.
 */
import { describeCodecs } from './media/codecs';
import { describeEncryptedMedia } from './media/encryption';
import { describeKeys } from './media/keys';
import { describeMixing } from './media/mixing';
import { describeRecordings } from './media/recordings';
import { describeSessions } from './media/sessions';
import { describeSounds } from './media/sounds';
import type { MediaBackend } from './media/stage';
import { describeTalks } from './media/talks';

/** One file for each. */
const SUBJECTS = [
  ...[describeTalks, describeCodecs, describeRecordings, describeSounds],
  ...[describeMixing, describeSessions, describeKeys, describeEncryptedMedia],
];

/** Declares the suite. `start` is called once for each subject. */
export function describeMedia(name: string, start: () => Promise<MediaBackend>): void {
  for (const subject of SUBJECTS) subject(name, start);
}
