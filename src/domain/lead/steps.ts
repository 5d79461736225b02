/**
 * Decides what a step of a lead means: whose arrival it is (到店), of which kind a deal (成交), and which fee is entered
 * for it (W05, W08).
 */
import type { AgentId } from '../ids';
import { UNDONE } from './lead';
import type { SaleKind } from './sale-kind';
import { TRANSFER_WAYS, type TransferWay } from './information-fee';
import { SHOWROOM_SOURCES } from './place';

/** An invitation that stands. */
export interface OpenAppointment {
  id: string;
  telemarketerId: AgentId;
}

/** By which invitation he came, and for whom it counts: the newest that stands; null: he came by himself. */
export const keptBy = (open: readonly OpenAppointment[]): OpenAppointment | null =>
  open.at(-1) ?? null;

/** Who had a lead, and how it came to him. */
export interface Owning {
  ownerId: AgentId | null;
  way: string;
  /** Why; missing: nothing was said. */
  reason?: string;
}

/**
 * How a lead was transferred to the centre, and whose it was before (the source of W08); the last time counts, but one that was undone. Null: it
 * never was, or was nobody's. `owners` in order of time.
 */
export function transferOf(
  owners: readonly Owning[],
): { way: TransferWay; sourceId: AgentId } | null {
  for (const [index, { way }] of [...owners.entries()].reverse()) {
    const found = TRANSFER_WAYS.find((one) => one === way);
    const sourceId = owners[index - 1]?.ownerId ?? null;
    const isUndone = owners[index + 1]?.reason === UNDONE;
    if (found !== undefined && sourceId !== null && !isUndone) return { way: found, sourceId };
  }
  return null;
}

/**
 * The kind of a deal where nobody says it: low-intent of a lead that was transferred, of the showroom of one that came
 * there and stayed, else non-showroom.
 */
export function saleKindOf(lead: { source: string } | null, isTransferred: boolean): SaleKind {
  if (lead === null) return 'showroom';
  if (isTransferred) return 'low-intent';
  return SHOWROOM_SOURCES.includes(lead.source) ? 'showroom' : 'non-showroom';
}
