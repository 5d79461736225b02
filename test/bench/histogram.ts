/** Milliseconds counted in steps of 0.02 up to 400: millions of them in constant memory. */
const STEP_MS = 0.02;
const STEPS = 20_000;

export class Histogram {
  private readonly counts = new Uint32Array(STEPS);
  private total = 0;

  /** What is below 0 or above the range counts at its end. */
  add(ms: number): void {
    const step = Math.floor(ms / STEP_MS);
    const at = Math.min(STEPS - 1, Math.max(0, step));
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.total += 1;
  }

  /** Upper end of the step that holds the share `q` (0-1); 0 when nothing was added. */
  quantile(q: number): number {
    let left = Math.floor(this.total * q);
    if (this.total === 0) return 0;
    for (let step = 0; step < STEPS; step += 1) {
      left -= this.counts[step] ?? 0;
      if (left < 0) return (step + 1) * STEP_MS;
    }
    return STEPS * STEP_MS;
  }

  /** Share (0-1) of what lies above `ms`; 0 when nothing was added. */
  shareAbove(ms: number): number {
    if (this.total === 0) return 0;
    let above = 0;
    for (let step = Math.floor(ms / STEP_MS); step < STEPS; step += 1) {
      above += this.counts[step] ?? 0;
    }
    return above / this.total;
  }

  clear(): void {
    this.counts.fill(0);
    this.total = 0;
  }
}
