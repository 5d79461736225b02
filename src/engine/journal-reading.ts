/** Reads a segment of the journal as far as it may be read. */
import { stat } from 'node:fs/promises';
import { readSegment, segmentPath, type PlacedEntry, type Position } from './journal-segments';

/** Of the one that is being written up to `durable`, of any other all. */
export async function* readUpTo(
  durable: Position,
  place: Omit<Parameters<typeof readSegment>[0], 'limit'>,
): AsyncGenerator<PlacedEntry[]> {
  const { segment, offset } = place.from;
  const isWritten = segment === durable.segment;
  const limit = isWritten ? durable.offset : (await stat(segmentPath(place.folder, segment))).size;
  if (offset < limit) yield* readSegment({ ...place, limit });
}
