/** `npx openline import FILE --dry-run`: prints what the file would do. Decides nothing about rows, and changes nothing. */
import { REASONS } from '../domain/intake/cell';
import type { ImportPreview, PreviewRow } from '../domain/intake/preview';
import type { ImportWords } from './import-words';
import { EXIT, type Exit, type Terminal } from './running-app';

/** Exit code 1: rows would be rejected. */
export function tellPreview(
  preview: ImportPreview,
  { name, json, language }: { name: string; json: boolean; language: 'zh' | 'en' },
  words: ImportWords,
  { out }: Terminal,
): Exit {
  const { columns, counts, rejects, first } = preview;
  if (json) out(JSON.stringify(preview));
  else {
    out(words.wouldDo(name));
    out(words.counts(counts));
    for (const { code, rows } of rejects) out(`  ${rows} × ${REASONS[code][language]} (${code})`);
    const read = columns.map(({ heading, field }) => `${heading} → ${field ?? words.notRead}`);
    out(words.columns(read.join(', ')));
    for (const row of first) {
      out(words.row(row.row, row.outcome));
      for (const line of linesOf(row, language)) out(`  ${line}`);
    }
  }
  return counts.rejected > 0 ? EXIT.refused : EXIT.done;
}

/** What stood in the file, and what it is read as; why it is rejected. */
function linesOf({ fields, reasons }: PreviewRow, language: 'zh' | 'en'): string[] {
  const read = fields
    .filter(({ field, stood, value }) => field !== null && (stood !== '' || value !== null))
    .map(({ heading, stood, field, value }) =>
      heading === null ? `${field}: ${value}` : `${heading} “${stood}” → ${field}: ${value ?? '-'}`,
    );
  return [...read, ...reasons.map((reason) => reason[language])].map(onOneLine);
}

/** A cell may have lines, and marks that a terminal obeys. */
const onOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
