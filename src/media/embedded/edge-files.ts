/**
 * Asks the edge for the files of finished recordings (sip/handover). Every fault of the way and of the edge
 * is a `TransferFailure`; what is done with the bytes is not known here.
 */
import type { OwedFile } from '../../../sip/index';
import { TransferFailure } from './transfer-failure';

/** The sound from a byte on: from the one that was asked for, or from the first. */
export interface SoundReply {
  from: number;
  chunks: AsyncIterable<Uint8Array>;
}

/** The edge sends something within this time, or it is hung. */
export const SILENT_LIMIT_MS = 30_000;

export class EdgeFilesClient {
  /** `url` as `hello` tells it. `stopped`: this app ends. */
  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly stopped: AbortSignal,
  ) {}

  /** Rejects with `TransferFailure`, and so do its chunks when the way is cut. */
  async sound({ recording, sha256 }: OwedFile, from: number): Promise<SoundReply> {
    const patience = new Patience(this.stopped);
    const rest = { range: `bytes=${from}-`, 'if-range': `"${sha256}"` };
    const response = await this.ask(recording, 'sound', from > 0 ? rest : {}, patience);
    const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    return { from: Number(start ?? 0), chunks: chunksOf(response, patience) };
  }

  /** Null when the recording has none. */
  async manifest({ recording }: OwedFile): Promise<string | null> {
    const patience = new Patience(this.stopped);
    try {
      const response = await this.ask(recording, 'manifest', {}, patience);
      return await response.text();
    } catch (error) {
      if (error instanceof TransferFailure) {
        if (error.of === 'file') return null;
        throw error;
      }
      throw ofEdge(error);
    } finally {
      patience.end();
    }
  }

  private async ask(
    recording: string,
    part: 'sound' | 'manifest',
    headers: Record<string, string>,
    patience: Patience,
  ): Promise<Response> {
    const url = `${this.url}/${encodeURIComponent(recording)}/${part}`;
    let response: Response;
    try {
      response = await fetch(url, {
        headers: { authorization: `Bearer ${this.token}`, ...headers },
        signal: patience.signal,
      });
    } catch (error) {
      patience.end();
      throw ofEdge(error);
    }
    if (response.ok) return response;
    patience.end();
    await response.body?.cancel();
    throw refused(response.status, part);
  }
}

/** Ends a request of which nothing is heard. */
class Patience {
  private readonly silent = new AbortController();
  readonly signal: AbortSignal;
  private timer: NodeJS.Timeout | undefined;

  constructor(stopped: AbortSignal) {
    this.signal = AbortSignal.any([stopped, this.silent.signal]);
    this.heard();
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.silent.abort(new Error('nothing is heard of it')),
      SILENT_LIMIT_MS,
    );
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

/** A way that is cut ends them; what is missing then, their reader sees. */
async function* chunksOf(response: Response, patience: Patience): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) {
      patience.heard();
      yield chunk as Uint8Array;
      // Our own disk may take its time.
      patience.heard();
    }
  } catch (error) {
    if (error instanceof TransferFailure) throw error;
  } finally {
    patience.end();
  }
}

function refused(status: number, part: string): TransferFailure {
  if (status === 404) return new TransferFailure('unowed', 'the edge owes us no such recording');
  if (status === 410) return new TransferFailure('file', `its ${part} is gone from the edge`);
  return new TransferFailure('edge', `the edge answers ${status}`);
}

function ofEdge(error: unknown): TransferFailure {
  const { message, cause } = error as Error;
  return new TransferFailure('edge', cause instanceof Error ? cause.message : message);
}
