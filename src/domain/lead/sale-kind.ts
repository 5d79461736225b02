/** How a deal of the store came about; the first two kinds are the centre's (低意向客户及非展厅客户). */
export const SALE_KINDS = ['low-intent', 'non-showroom', 'showroom'] as const;
export type SaleKind = (typeof SALE_KINDS)[number];

const OF_THE_CENTRE: readonly string[] = ['low-intent', 'non-showroom'];

/** As `deal.sale_kind` says it. */
export const isOfCentre = (kind: string): boolean => OF_THE_CENTRE.includes(kind);
