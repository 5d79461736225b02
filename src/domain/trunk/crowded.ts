/**
 * Whether it is time to offer a caller first that we call him back: the next callers will find the trunk's channels
 * used up, and then hear "busy" from their carrier (80 % of them are used), or find no stream of the media. Pure.
 */
import type { TrunkUse } from './use';

export const isCrowded = (trunk: Pick<TrunkUse, 'nearFull'> | null, media: boolean): boolean =>
  media || (trunk?.nearFull ?? false);
