/** Decides who works a lead that comes in: the showroom (展厅) whose visitor he is, or the centre. */
import type { LeadPlace } from './lead';

/** As `lead.source` says it. */
export const SHOWROOM_SOURCES: readonly string[] = ['showroom', 'walk-in'];

/** What the showroom brings is worked there while it is somebody's; what is nobody's the centre gives out (Q15). */
export const placeAtFirst = ({
  source,
  ownerId,
}: {
  source: string;
  ownerId: string | null;
}): LeadPlace => (ownerId !== null && SHOWROOM_SOURCES.includes(source) ? 'showroom' : 'centre');
