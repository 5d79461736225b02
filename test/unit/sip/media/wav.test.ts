import { readLinear } from '../../../../sip/media/wav';

/** A WAV file of these fmt fields, with a chunk that nobody asked for before the data. */
function wavOf({ tag = 1, channels = 1, rate = 8000, bits = 16, data = Buffer.alloc(0) }): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt16LE(bits, 14);
  const chunks = [chunk('fmt ', format), chunk('LIST', Buffer.from('odd')), chunk('data', data)];
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks]);
  return chunk('RIFF', body);
}

function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

test.each([8000, 16_000])(
  'samples of a prompt of %i Hz are read, chunks of other kinds passed over',
  (rate) => {
    const data = Buffer.from([1, 0, 0xff, 0xff, 0, 0x80]);
    const read = readLinear(wavOf({ data, rate }));
    expect([read.rate, ...read.samples]).toEqual([rate, 1, -1, -32_768]);
  },
);

test.each([
  ['stereo', { channels: 2 }, '1,2,8000,16'],
  ['48 kHz', { rate: 48_000 }, '1,1,48000,16'],
  ['8 bit', { bits: 8 }, '1,1,8000,8'],
  ['A-law', { tag: 6 }, '6,1,8000,16'],
])('a %s file is refused and said to be one', (_what, fields, shape) => {
  expect(() => readLinear(wavOf(fields))).toThrow(shape);
});

test('a file that is no WAV is refused', () => {
  expect(() => readLinear(Buffer.from('ID3 and so on, for a while'))).toThrow('not a WAV file');
  expect(() => readLinear(chunk('RIFF', Buffer.from('WAVE')))).toThrow('no fmt chunk');
});
