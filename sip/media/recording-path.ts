import { isAbsolute, normalize, sep } from 'node:path';
import { MediaFailure } from './failure';

const MAX_LENGTH = 512;

/**
 * The path of a recording as given by the app, made safe: relative, inside the recordings folder,
 * ending in `.wav`. Throws `bad-request` for anything else.
 */
export function recordingPath(given: string): string {
  const path = normalize(given);
  const escapes = isAbsolute(path) || path.split(sep).includes('..');
  // Backslashes and control characters are legal in file names here and traps everywhere else.
  // eslint-disable-next-line no-control-regex
  const odd = /[\u0000-\u001f\\]/.test(given);
  if (escapes || odd || !path.endsWith('.wav') || path.length > MAX_LENGTH) {
    throw new MediaFailure('bad-request', `not a recording's path: ${JSON.stringify(given)}`);
  }
  return path;
}
