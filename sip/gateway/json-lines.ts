import { readFileSync } from 'node:fs';

/**
 * The lines of a file to which an edge appended one JSON object after the other until it fell; none when
 * there is no file. What is no object, such as a last line that was cut off, is left out.
 */
export function readJsonLines<Line extends object>(path: string): Line[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // None yet.
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? [value as Line] : [];
    } catch {
      return [];
    }
  });
}
