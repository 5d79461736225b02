import { createWriteStream, mkdirSync, renameSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { HeldDialog } from '../held-dialog';
import { readJsonLines } from '../../json-lines';
import { changeOf, recordOf, type DialogChange, type DialogRecord } from './dialog-record';

type Line =
  | { key: string; record: DialogRecord }
  | { key: string; change: DialogChange }
  | { key: string; over: true };

/** Lines that say nothing any more are thrown away once there are this many more than live dialogs. */
const DEAD_LINES = 2000;
const AGAIN_AFTER_MS = 5000;
/** So long an end waits for a line that it can go with; lost, it makes the next edge hang up on who is gone. */
const END_WAITS_MS = 100;

/**
 * Established dialogs of named apps on disk: a line when one begins, changes, soon after it ends. Nobody waits for
 * the disk: what is written belongs to the kernel and outlives this process, which is all that is
 * asked of it (a machine that loses power has lost its calls as well). A last line that was cut off is
 * left out.
 */
export class DialogFile {
  private readonly live = new Map<string, HeldDialog>();
  private readonly changed = new Set<HeldDialog>();
  private stream: WriteStream;
  private lines = 0;
  private unwritten = '';
  private due = false;
  private ending: NodeJS.Timeout | undefined;
  /** When the disk refused; undefined while it does not. */
  private brokenAt: number | undefined;
  private closed = false;

  /** Replaces the file by one that holds `left`: what of the edge before is still to be treated. */
  constructor(
    private readonly path: string,
    private readonly log: Logger,
    left: readonly HeldDialog[],
  ) {
    mkdirSync(dirname(path), { recursive: true });
    for (const held of left) this.live.set(held.dialog.key, held);
    this.stream = this.begin();
  }

  /** The dialog is established, or something of it has changed. */
  keep(held: HeldDialog): void {
    if (held.app.name === undefined || held.dialog.state !== 'confirmed') return;
    // Who is subscribed is not hung up on: the next request in it gets 481, which says all.
    if (held.inviteText === '' || held.usage === 'subscription') return;
    this.changed.add(held);
    this.soon();
  }

  drop(held: HeldDialog): void {
    this.changed.delete(held);
    const { key } = held.dialog;
    if (!this.live.delete(key)) return;
    this.write({ key, over: true });
    this.ending ??= setTimeout(() => this.flush(), END_WAITS_MS);
  }

  async close(): Promise<void> {
    this.flush();
    this.closed = true;
    await new Promise<void>((resolve) => this.stream.end(() => resolve()));
  }

  /** What is said in one turn of the event loop leaves in one write. */
  private soon(): void {
    if (this.due) return;
    this.due = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.due = false;
    clearTimeout(this.ending);
    this.ending = undefined;
    for (const held of this.changed) {
      const { key } = held.dialog;
      if (this.live.has(key)) this.write({ key, change: changeOf(held) });
      else {
        this.live.set(key, held);
        this.write({ key, record: recordOf(held) });
      }
    }
    this.changed.clear();
    if (this.closed || this.unwritten === '') return;
    if (this.brokenAt !== undefined) return this.mend(this.brokenAt);
    this.stream.write(this.unwritten, 'utf8');
    this.unwritten = '';
    if (this.lines > 4 * this.live.size + DEAD_LINES) this.compact();
  }

  /** A full disk takes nothing; once it does again, all that lives is written anew. */
  private mend(brokenAt: number): void {
    this.unwritten = '';
    if (performance.now() - brokenAt < AGAIN_AFTER_MS) return;
    this.brokenAt = undefined;
    this.stream = this.begin();
  }

  private write(line: Line): void {
    this.unwritten += `${JSON.stringify(line)}\n`;
    this.lines++;
  }

  /** A new file with nothing but what lives; until it has its name both are read after a crash. */
  private compact(): void {
    this.stream.end();
    this.stream = this.begin();
  }

  private begin(): WriteStream {
    const { path } = this;
    const stream = createWriteStream(`${path}.new`, { flags: 'w', mode: 0o600 });
    stream.on('error', (err) => {
      this.log.error({ err }, 'dialogs are not kept on disk; tried again soon');
      this.brokenAt = performance.now();
    });
    const lines = [...this.live].map(([key, held]): Line => ({ key, record: recordOf(held) }));
    this.lines = lines.length;
    stream.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), () => {
      try {
        renameSync(`${path}.new`, path);
      } catch (err) {
        this.log.error({ err }, 'the file of dialogs was not replaced');
      }
    });
    return stream;
  }
}

/** The dialogs of the edge that wrote the file before; none when there was none. */
export function dialogsLeftIn(path: string): DialogRecord[] {
  return recordsIn([...readJsonLines<Line>(path), ...readJsonLines<Line>(`${path}.new`)]);
}

/** What lives after all lines. */
function recordsIn(lines: readonly Line[]): DialogRecord[] {
  const live = new Map<string, DialogRecord>();
  for (const line of lines) {
    const known = live.get(line.key);
    if ('over' in line) live.delete(line.key);
    else if ('record' in line) live.set(line.key, line.record);
    else if (known !== undefined) live.set(line.key, { ...known, state: line.change });
  }
  return [...live.values()];
}
