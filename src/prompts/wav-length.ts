/** How long the sound of a WAV file (RIFF) lasts, in milliseconds; null for what is none. */
export function wavLength(file: Buffer): number | null {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    return null;
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= file.length;) {
    const chunk = file.toString('latin1', at, at + 4);
    const length = file.readUInt32LE(at + 4);
    const begin = at + 8;
    if (chunk === 'fmt ' && begin + 16 <= file.length)
      bytesPerSecond = file.readUInt32LE(begin + 8);
    if (chunk === 'data') {
      const bytes = Math.min(length, file.length - begin);
      return bytesPerSecond === 0 ? null : Math.round((bytes * 1000) / bytesPerSecond);
    }
    // Chunks begin at even places.
    at = begin + length + (length % 2);
  }
  return null;
}
