/** How far it is: one line that is written over at a terminal, else a line a step. */
import type { Terminal } from '../running-app';

const EVERY_MS = 200;

export interface Progress {
  show: (step: string, done: number, total: number) => void;
  end: () => void;
}

export function progressOn(
  terminal: Pick<Terminal, 'err'>,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  let last = '';
  let shownAt = 0;
  if (!stream.isTTY) {
    return {
      show: (step) => {
        if (step !== last) terminal.err(`${step} …`);
        last = step;
      },
      end: () => undefined,
    };
  }
  return {
    show: (step, done, total) => {
      const now = performance.now();
      if (step === last && now - shownAt < EVERY_MS) return;
      [last, shownAt] = [step, now];
      const share = total > 1 ? ` ${Math.floor((done / total) * 100)} %` : ' …';
      stream.write(`\r\u001b[K${step}${share}`);
    },
    end: () => stream.write('\r\u001b[K'),
  };
}
