/** The only file of sip/ that src/ may import from. */
export type * from './control/protocol';
export { connectControl, type ControlClient, type ControlOptions } from './control/client';
export { ControlFailure } from './control/failure';
export { isKeyInfo, keyOfInfo, type InfoKey } from './rtp/dtmf/info';
export { holds, standsStill } from './sdp/hold';
export { KeyTone } from './rtp/dtmf/key-tone';
export { ALAW_TO_LINEAR, encodeAlaw } from './rtp/g711';
export { delayOf, G711_CONCEALED, mosOf, ratingOf } from './rtp/call-quality';
export {
  HEADER_LENGTH,
  payloadEnd,
  payloadStart,
  payloadTypeOf,
  sequenceDistance,
  sequenceOf,
  timestampDistance,
  timestampOf,
  writeHeader,
} from './rtp/packet';
export { isFull, LONGEST_RING_MS, PlaceLine } from './media/place-line';
export { PASSAGE_HEADER, signPassage } from './transport/passage';
export { accessToken } from './handover/access-token';
export { folderMark } from './handover/folder-mark';
export { placeWithoutPort, TrunkSources, withoutMapping } from './guard/trunk-sources';
