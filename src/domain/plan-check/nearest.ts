/** Decides which of some words somebody meant who wrote another: the one that takes the fewest changes. */

/** Null when none is near: of a short word one letter may differ, of a longer one a third of them. */
export function nearest(word: string, words: readonly string[]): string | null {
  const asked = plain(word);
  // Whoever writes a whole sentence has no slip of the pen.
  if (asked.length === 0 || asked.length > 64) return null;
  const most = Math.max(1, Math.floor(asked.length / 3));
  let best: { word: string; steps: number } | null = null;
  for (const one of words) {
    if (Math.abs(one.length - asked.length) > most) continue;
    const steps = distance(asked, plain(one));
    if (steps <= most && (best === null || steps < best.steps)) best = { word: one, steps };
  }
  return best?.word ?? null;
}

/** Case, and `_` for `-`, are nobody's meaning. */
const plain = (word: string): string => word.toLowerCase().replace(/_/g, '-');

/** Letters to be put in, left out, replaced or swapped with their neighbours (optimal string alignment). */
function distance(one: string, other: string): number {
  let [before, row] = [[] as number[], Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      const steps = [at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + same];
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        steps.push(at(before, j - 2) + 1);
      next.push(Math.min(...steps));
    }
    [before, row] = [row, next];
  }
  return at(row, other.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
