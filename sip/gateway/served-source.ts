import { isScanner } from '../guard/scanners';
import type { Flow } from '../transport/flow';
import type { Context } from './context';

/** Floods and scanners are dropped in silence, before anything is parsed, and counted. */
export function isServed(context: Context, text: string, { address }: Flow): boolean {
  const { counters, sourceLimits, scannersHeard } = context;
  const now = performance.now();
  if (!sourceLimits.allows(address, now, text.length)) counters.flood++;
  else if (isScanner(text)) {
    counters.scanner++;
    scannersHeard.heard(address, now);
  } else return true;
  return false;
}
