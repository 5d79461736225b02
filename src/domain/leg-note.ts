import type { LegNote } from './effects';

/** What the app left with a dialog on the edge; null for text that is none of ours. */
export function readNote(text: string): LegNote | null {
  try {
    const note = JSON.parse(text) as Partial<LegNote>;
    const readable =
      typeof note.callId === 'string' &&
      typeof note.legId === 'string' &&
      (note.role === 'caller' ||
        note.role === 'outside' ||
        (note.role === 'agent' && typeof note.agentId === 'string'));
    return readable ? (note as LegNote) : null;
  } catch {
    return null;
  }
}
