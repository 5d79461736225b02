/**
 * The objects of a file of JSON lines whose writer may have been killed: a line that was cut off, or is no
 * object, is left out.
 */
export function wholeLines<Line extends object>(text: string): Line[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? [value as Line] : [];
    } catch {
      return [];
    }
  });
}
