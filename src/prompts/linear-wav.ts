import { endianness } from 'node:os';

/** A WAV file (RIFF, format 1) of one channel of 16 bit samples: what prompts and music are. */
export function linearWav(samples: Int16Array, rate: number): Buffer {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  bytes.copy(file, 44);
  if (endianness() === 'BE') file.subarray(44).swap16();
  return file;
}
