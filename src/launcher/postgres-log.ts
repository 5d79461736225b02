/** What PostgreSQL logs: handed on, or a file of the data folder; and its last words, when it does not start. */
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_BYTES = 10 * 1024 * 1024;
/** Some lines more than are shown. */
const LAST_WORDS_BYTES = 4096;
const SHOWN_LINES = 5;

export class PostgresLog {
  private lastWords = '';
  private readonly path: string;

  constructor(
    folder: string,
    private readonly take?: (chunk: Buffer | null) => void,
  ) {
    this.path = join(folder, 'postgres.log');
  }

  /** Starts a server whose output it has from then on. */
  over(start: (stdio: 'pipe' | number) => ChildProcess): ChildProcess {
    if (this.take === undefined) return this.intoFile(start);
    const child = start('pipe');
    this.lastWords = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.lastWords = (this.lastWords + chunk.toString()).slice(-LAST_WORDS_BYTES);
        this.take?.(chunk);
      });
    }
    child.stderr?.on('end', () => this.take?.(null));
    return child;
  }

  /** For who started us. */
  whyNot(): string {
    const isFile = this.take === undefined;
    const text = isFile && existsSync(this.path) ? readFileSync(this.path, 'utf8') : this.lastWords;
    const lines = text.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
    return `PostgreSQL does not start. ${isFile ? `The end of ${this.path}` : 'Its last words'}:\n${lines}`;
  }

  private intoFile(start: (stdio: number) => ChildProcess): ChildProcess {
    const isTooLong = existsSync(this.path) && statSync(this.path).size > LIMIT_BYTES;
    const file = openSync(this.path, isTooLong ? 'w' : 'a', 0o600);
    try {
      return start(file);
    } finally {
      closeSync(file);
    }
  }
}
