/**
 * One request to an https address of this machine's own app. Its certificate may be for another name, or of our own
 * making, so it is not an authority that is believed: the app must show the very certificate that lies in the files
 * of this installation. Nothing is said to it before that.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { connect, type TLSSocket } from 'node:tls';

export interface TlsQuestion {
  host: string;
  port: number;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer | undefined;
}

/** Rejects when nobody answers, or somebody else does. `files`: PEM, of which any may be shown. */
export async function askOverTls(
  { host, port, method, path, headers, body }: TlsQuestion,
  files: readonly string[],
): Promise<{ status: number; isJson: boolean; text: string }> {
  const socket = await connectTo({ host, port });
  if (!files.some((file) => isShown(file, socket))) {
    socket.destroy();
    throw new Error('it shows another certificate than that of this installation');
  }
  const asked = request({ createConnection: () => socket, method, path, headers });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  socket.destroy();
  const isJson = answer.headers['content-type']?.includes('json') ?? false;
  return { status: answer.statusCode ?? 0, isJson, text: Buffer.concat(chunks).toString() };
}

async function connectTo(place: { host: string; port: number }): Promise<TLSSocket> {
  const socket = connect({ ...place, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return socket;
}

function isShown(file: string, socket: TLSSocket): boolean {
  try {
    const ours = new X509Certificate(readFileSync(file));
    return socket.getPeerX509Certificate()?.raw.equals(ours.raw) === true;
  } catch {
    return false;
  }
}
