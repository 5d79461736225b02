/** How commands show what the running app answered. */
import { EXIT, type Asked, type Exit, type Terminal } from './running-app';

/** Shows an answer by `done`; a refusal with what to do, or why there is no answer, by itself. */
export function tell(asked: Asked, terminal: Terminal, done: (answer: unknown) => void): Exit {
  if ('failure' in asked) {
    terminal.err(asked.failure);
    return EXIT.failed;
  }
  if (asked.ok) {
    done(asked.answer);
    return EXIT.done;
  }
  const { message, whatToDo } = asked.answer as { message?: string; whatToDo?: string };
  terminal.err([message ?? 'It was not done.', whatToDo ?? ''].join(' ').trim());
  return EXIT.refused;
}

/** Columns as wide as their widest cell; a Chinese character is two wide. */
export function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

const widthOf = (text: string): number =>
  [...text].reduce((width, sign) => width + (/[\u2e80-\uffef]/.test(sign) ? 2 : 1), 0);
