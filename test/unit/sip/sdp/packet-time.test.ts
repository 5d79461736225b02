import type { Attribute, MediaBlock } from '../../../../sip/sdp/description';
import { packetTimeFor, ptimeOf } from '../../../../sip/sdp/packet-time';

function block(attributes: Attribute[]): MediaBlock {
  return { kind: 'audio', port: 4000, protocol: 'RTP/AVP', formats: ['8'], attributes };
}
const ptime = (value: string) => ({ name: 'ptime', value });
const maxptime = (value: string) => ({ name: 'maxptime', value });

test.each([
  ['nothing', [], 20, 20],
  ['half a frame', [ptime('10')], 10, 10],
  ['our frame', [ptime('20')], 20, 20],
  ['what we do not make', [ptime('30')], 30, 20],
  ['two frames', [ptime('40')], 40, 40],
  ['more than two', [ptime('50')], 50, 40],
  ['three frames', [ptime('60')], 60, 60],
  ['a bound below the usual', [maxptime('10')], 10, 10],
  ['a bound below the wish', [ptime('60'), maxptime('40')], 40, 40],
  ['a bound above the wish', [ptime('30'), maxptime('150')], 30, 20],
  ['too much', [ptime('80')], 20, 20],
  ['too little', [ptime('5')], 20, 20],
  ['a fraction', [ptime('20.5')], 20, 20],
  ['no number', [ptime('')], 20, 20],
])('a packet of %s', (_what, attributes, wish, made) => {
  expect(ptimeOf(block(attributes))).toBe(wish);
  expect(packetTimeFor(wish)).toBe(made);
});
