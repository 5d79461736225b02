import type { KeyListener } from '../../../../../sip/rtp/dtmf/keys';

/** Writes down what a listener is told: `5+` for down, `5-160` for up after 160 ms. */
export class KeyLog implements KeyListener {
  readonly lines: string[] = [];

  /** The keys that went down, in turn. */
  get keys(): string {
    return this.lines
      .filter((line) => line.endsWith('+'))
      .map((line) => line[0])
      .join('');
  }

  keyDown(key: string): void {
    this.lines.push(`${key}+`);
  }

  keyUp(key: string, durationMs: number): void {
    this.lines.push(`${key}-${durationMs}`);
  }
}
