/**
 * WAV (RIFF) in the two shapes we use: 16 bit linear mono read as prompts and music, G.711 A-law
 * stereo written as recordings. Knows bytes, no files.
 */

/** WAVEFORMATEX tags. */
const LINEAR = 1;
const ALAW = 6;
export const SAMPLE_RATE = 8000;

/** RIFF + fmt (18 bytes, as G.711 needs) + fact + data header. */
export const RECORDING_HEADER_LENGTH = 58;

/** Header of a stereo A-law recording that holds `dataBytes` of interleaved samples by now. */
export function recordingHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(RECORDING_HEADER_LENGTH);
  const channels = 2;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(RECORDING_HEADER_LENGTH - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(ALAW, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * channels, 28);
  header.writeUInt16LE(channels, 32);
  header.writeUInt16LE(8, 34);
  header.writeUInt16LE(0, 36);
  header.write('fact', 38, 'latin1');
  header.writeUInt32LE(4, 42);
  header.writeUInt32LE(dataBytes / channels, 46);
  header.write('data', 50, 'latin1');
  header.writeUInt32LE(dataBytes, 54);
  return header;
}

/** Samples of an 8 kHz mono 16 bit WAV. Throws, saying what it is instead, for any other file. */
export function readLinear(file: Buffer): Int16Array {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('not a WAV file');
  }
  const format = chunk(file, 'fmt ');
  const shape = [0, 2, 4, 14].map((at) =>
    at === 4 ? format.readUInt32LE(at) : format.readUInt16LE(at),
  );
  if (shape.join() !== [LINEAR, 1, SAMPLE_RATE, 16].join()) {
    throw new Error(`format, channels, rate, bits are ${shape.join()}, not 1,1,8000,16`);
  }
  const data = chunk(file, 'data');
  const samples = new Int16Array(data.length >> 1);
  for (let i = 0; i < samples.length; i++) samples[i] = data.readInt16LE(i * 2);
  return samples;
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
