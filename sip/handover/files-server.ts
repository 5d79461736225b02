/**
 * Serves finished recordings to apps on other hosts, read only: `GET <url>/<recording>/sound` and
 * `…/manifest`, with the token of access-token.ts. A file is named by its recording and never by a path, so
 * that nothing but what is owed to the app can be asked for.
 *
 *     401 no or a wrong token    404 nothing that is owed to this app    410 owed, and its file is gone
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Door, FIRST_MESSAGE_BYTES, type Visitor } from '../guard/door';
import type { OwedFile, OwedFiles } from '../media/owed-files';
import { accessToken, bearsToken } from './access-token';
import { Bandwidth } from './bandwidth';
import { rangeFrom } from './range-from';

export interface FilesServerOptions {
  /** Port 0: any free one. */
  listen: { host: string; port: number };
  /** MEDIA_SECRET. */
  secret: string;
  files: OwedFiles;
  /** How connections without the token are treated; a door of its own by default. */
  door?: Door | undefined;
  /** Of all transfers together; three times what 300 talks record, by default. */
  bytesPerSecond?: number;
  log: Logger;
}

const BYTES_PER_SECOND = 16_000_000;
/** One chunk of a transfer; small enough that the recorder's writes need not wait for its reading. */
const CHUNK_BYTES = 65_536;
const WILDCARDS = ['0.0.0.0', '::'];

/** Rejects when the address cannot be listened on. */
export async function startFilesServer(options: FilesServerOptions): Promise<FilesServer> {
  const server = new FilesServer(options);
  await server.listen();
  return server;
}

export class FilesServer {
  private readonly token: string;
  private readonly door: Door;
  private readonly bandwidth: Bandwidth;
  private readonly http: Server;
  private readonly tcp = createServer((socket) => this.receive(socket));
  private readonly visitors = new Map<Socket, Visitor>();

  constructor(private readonly options: FilesServerOptions) {
    this.token = accessToken(options.secret);
    this.door = options.door ?? new Door();
    this.bandwidth = new Bandwidth(options.bytesPerSecond ?? BYTES_PER_SECOND);
    this.http = createHttpServer({ maxHeaderSize: FIRST_MESSAGE_BYTES }, (request, response) => {
      this.answer(request, response).catch((err: unknown) => {
        options.log.warn({ err }, 'a recording was not handed over');
        response.destroy();
      });
    });
  }

  async listen(): Promise<void> {
    const { host, port } = this.options.listen;
    this.tcp.listen(port, host);
    await once(this.tcp, 'listening');
  }

  /** Where it listens, with the real port. */
  get address(): { host: string; port: number } {
    const { port } = this.tcp.address() as AddressInfo;
    return { host: this.options.listen.host, port };
  }

  /** Where this app finds its files; `reached` is the address of ours that it has reached us at. */
  urlFor(app: string, reached: string): string {
    return filesUrl(this.address, app, reached);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.tcp.close(() => resolve()));
    this.door.close();
    for (const socket of this.visitors.keys()) socket.destroy();
    await closed;
  }

  /** HTTP hears a connection when its door lets it. */
  private receive(socket: Socket): void {
    this.door.receive(socket, (visitor) => {
      this.visitors.set(socket, visitor);
      socket.on('close', () => this.visitors.delete(socket));
      this.http.emit('connection', socket);
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const visitor = this.visitors.get(request.socket);
    // Refused before: what came behind it is not even looked at.
    if (visitor === undefined) return;
    const { authorization } = request.headers;
    if (!bearsToken(authorization, this.token)) {
      if (authorization !== undefined) visitor.wrong();
      this.visitors.delete(request.socket);
      response.shouldKeepAlive = false;
      return refuse(response.setHeader('www-authenticate', 'Bearer'), 401);
    }
    visitor.proven();
    const asked = askedFor(request.url ?? '');
    const file = asked && this.options.files.find(asked.app, asked.recording);
    if (asked === null || file === null) return refuse(response, 404);
    if (request.method !== 'GET') return refuse(response.setHeader('allow', 'GET'), 405);
    const place = await this.options.files.placeOf(file);
    if (place === null) return refuse(response, 410);
    if (asked.part === 'sound') await this.sendSound(file, place, request, response);
    else await this.sendManifest(`${place}.json`, response);
  }

  private async sendSound(
    file: OwedFile,
    place: string,
    { headers: { range, 'if-range': ifRange } }: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { bytes } = file;
    const etag = `"${file.sha256}"`;
    const from = rangeFrom({ range, ifRange: ifRange as string | undefined }, { etag, bytes });
    if (from === 'unsatisfiable') {
      return refuse(response.setHeader('content-range', `bytes */${bytes}`), 416);
    }
    response.writeHead(from === 0 ? 200 : 206, {
      'content-type': 'audio/wav',
      'content-length': bytes - from,
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      etag,
      ...(from > 0 && { 'content-range': `bytes ${from}-${bytes - 1}/${bytes}` }),
    });
    await this.send(createReadStream(place, { start: from, highWaterMark: CHUNK_BYTES }), response);
  }

  /** A recording may have none, when the disk refused it. */
  private async sendManifest(place: string, response: ServerResponse): Promise<void> {
    const stream = createReadStream(place, { highWaterMark: CHUNK_BYTES });
    try {
      await once(stream, 'open');
    } catch {
      return refuse(response, 410);
    }
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    await this.send(stream, response);
  }

  /** No faster than the transfers may be, nor than the app reads. */
  private async send(stream: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    for await (const chunk of stream) {
      if (gone.signal.aborted) return;
      const restMs = this.bandwidth.take(chunk.length, performance.now());
      if (!response.write(chunk)) {
        await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
      }
      await wait(restMs, undefined, { signal: gone.signal }).catch(() => undefined);
    }
    response.end();
  }
}

/** A listener on all addresses is told by the one that the app knows already. */
export function filesUrl(
  { host, port }: { host: string; port: number },
  app: string,
  reached: string,
): string {
  const ours = WILDCARDS.includes(host) ? reached.replace(/^::ffff:/, '') : host;
  return `http://${ours.includes(':') ? `[${ours}]` : ours}:${port}/${encodeURIComponent(app)}`;
}

function askedFor(url: string): { app: string; recording: string; part: string } | null {
  const [, app, recording, part] = /^\/([^/?#]+)\/([^/?#]+)\/(sound|manifest)$/.exec(url) ?? [];
  if (app === undefined || recording === undefined || part === undefined) return null;
  try {
    return { app: decodeURIComponent(app), recording: decodeURIComponent(recording), part };
  } catch {
    // Not what encodeURIComponent makes.
    return null;
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}
