/** The plan as the file that `npx openline apply` takes. */
import { stringify } from 'yaml';
import type { Instant } from '../domain/time';

/** Comments of whoever wrote the plan are not kept; the head says what it is, and of when. */
export function planYaml(
  document: Record<string, unknown>,
  { version, at }: { version: number; at: Instant },
): string {
  const head = [
    `Openline plan, version ${version}, exported ${new Date(at).toISOString()}.`,
    'Without passwords and PINs: those that are stored stay when it is applied.',
  ];
  // Without folded lines, so that a difference of two files is one of lines.
  const text = stringify(document, { lineWidth: 0 });
  return `${head.map((line) => `# ${line}\n`).join('')}\n${text}`;
}
