/** Makes a small listening copy of a recording. */
import { rename, rm } from 'node:fs/promises';
import { ffmpeg, save } from '../ffmpeg';

export type ListeningFormat = 'mp3' | 'opus';

interface Encoding {
  codec: string;
  container: string;
  /** For speech of two parties at 8 kHz; an hour is about 10 MB. */
  bitrateKbps: number;
}

const ENCODINGS: Record<ListeningFormat, Encoding> = {
  mp3: { codec: 'libmp3lame', container: 'mp3', bitrateKbps: 32 },
  opus: { codec: 'libopus', container: 'ogg', bitrateKbps: 24 },
};

export interface Transcoding {
  /** A WAV file that our recorder wrote. */
  input: string;
  /** Appears when it is whole; an older file of that name is replaced. */
  output: string;
  format: ListeningFormat;
}

/** Encodes the whole file, both channels kept apart. Rejects with ffmpeg's reason. */
export async function transcode({ input, output, format }: Transcoding): Promise<void> {
  const encoding = ENCODINGS[format];
  const unfinished = `${output}.${process.pid}.part`;
  try {
    await encode(input, unfinished, encoding);
    await rename(unfinished, output);
  } finally {
    await rm(unfinished, { force: true });
  }
}

function encode(input: string, output: string, encoding: Encoding): Promise<void> {
  const command = ffmpeg(input)
    .inputFormat('wav')
    .audioCodec(encoding.codec)
    .audioBitrate(encoding.bitrateKbps)
    .format(encoding.container);
  return save(command, output);
}
