/**
 * What a lead is said to promise (X08): `high` 高意向客户, `intending` 意向客户, `owner` 已购车主, `ordinary` 普通线索, `junk`
 * 垃圾, `none` 无意向.
 */
export const PROSPECTS = ['high', 'intending', 'owner', 'ordinary', 'junk', 'none'] as const;
export type Prospect = (typeof PROSPECTS)[number];
