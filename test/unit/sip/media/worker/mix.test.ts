import { Talk } from '../../../../../sip/media/talk';
import { ticks } from '../../../../../sip/media/worker/clock';
import { Mix, type MixMember } from '../../../../../sip/media/worker/mix';
import type { PacketSink } from '../../../../../sip/media/worker/receiver';
import { Sender } from '../../../../../sip/media/worker/sender';
import { encodeAlaw } from '../../../../../sip/rtp/g711';
import { writeHeader } from '../../../../../sip/rtp/packet';
import { decode } from '../../../../support/tone';

/** One who says the numbers of his packets as levels, and notes what he hears as such. */
class Counter implements MixMember {
  /** The level of each sample that was heard, in order. */
  readonly heard: number[] = [];
  readonly sender = new Sender((packet) =>
    this.heard.push(...decode('PCMA', packet.subarray(12)).map((level) => Math.floor(level / 256))),
  );
  private sink: PacketSink | null = null;
  private said = 0;

  constructor(readonly ssrc: number) {
    this.sender.agree({
      ...{ codec: 'PCMA', payloadType: 8 },
      ...{ telephoneEvent: null, direction: 'sendrecv' },
    });
  }

  speakTo(sink: PacketSink | null): void {
    this.sink = sink;
  }

  engage(): void {
    this.sender.changeSource();
  }

  say(now: number): void {
    this.said += 1;
    const packet = Buffer.alloc(172, encodeAlaw(this.said * 256));
    const numbers = { sequence: this.said, timestamp: this.said * 160, ssrc: this.ssrc };
    writeHeader(packet, 0, { marker: false, payloadType: 8, ...numbers });
    this.sink?.audio(packet, 12, 172, 'PCMA', now);
  }
}

test('from bridge to mix and back nothing is lost, and nothing heard again but what is made up', () => {
  const [a, b] = [new Counter(1), new Counter(2)];
  const mix = new Mix(new Talk<MixMember>([a, b]));
  let now = ticks();
  const frame = (): void => {
    a.say(now);
    mix.tick(now + 40, false);
    now += 160;
  };
  for (let i = 0; i < 20; i++) frame();
  mix.end(now + 40);
  a.speakTo(b.sender);
  for (let i = 0; i < 4; i++) {
    a.say(now);
    now += 160;
  }
  const times = (level: number) => b.heard.filter((one) => one === level).length;
  // Three packets passed directly; while the delay builds up the last of them is repeated, for 10 ms as
  // loud as it was, then fading.
  expect(b.heard.slice(320, 560)).toEqual(Array(240).fill(3));
  expect(b.heard.slice(560, 640).every((level) => level === 3 || level === 2)).toBe(true);
  for (let level = 5; level <= 18; level++) expect(times(level)).toBe(160);
  // The rest is sent in whole frames, for which a piece is heard twice.
  expect(times(19)).toBeGreaterThanOrEqual(160);
  expect(times(19)).toBeLessThan(320);
  for (let level = 20; level <= 24; level++) expect(times(level)).toBe(160);
});
