/**
 * WAV (RIFF) as prompts and music are read: 16 bit linear mono. What recordings are written as is in
 * recording-format.ts. Knows bytes, no files.
 */

/** WAVEFORMATEX tag. */
const LINEAR = 1;

/** Sound as 16 bit samples, one channel. */
export interface Linear {
  rate: 8000 | 16_000;
  samples: Int16Array;
}

/** A mono 16 bit WAV of 8 or 16 kHz. Throws, saying what it is instead, for any other file. */
export function readLinear(file: Buffer): Linear {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('not a WAV file');
  }
  const format = chunk(file, 'fmt ');
  const rate = format.readUInt32LE(4);
  const [tag, channels, bits] = [0, 2, 14].map((at) => format.readUInt16LE(at));
  if (tag !== LINEAR || channels !== 1 || bits !== 16 || (rate !== 8000 && rate !== 16_000)) {
    const shape = [tag, channels, rate, bits].join();
    throw new Error(`format, channels, rate, bits are ${shape}, not 1,1,8000,16 or 1,1,16000,16`);
  }
  const data = chunk(file, 'data');
  // A copy, because the bytes may lie at an odd place; little-endian, as is every machine that Node runs on but s390x.
  const samples = new Int16Array(new Uint8Array(data.subarray(0, data.length & ~1)).buffer);
  return { rate, samples };
}

function chunk(file: Buffer, name: string): Buffer {
  for (let at = 12; at + 8 <= file.length;) {
    const length = file.readUInt32LE(at + 4);
    if (file.toString('latin1', at, at + 4) === name) {
      return file.subarray(at + 8, Math.min(at + 8 + length, file.length));
    }
    at += 8 + length + (length & 1);
  }
  throw new Error(`no ${name.trim()} chunk`);
}
