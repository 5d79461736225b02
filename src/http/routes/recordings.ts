/**
 * Recordings, for the posts that may hear them (A15). Every listening is noted before a byte of it
 * leaves (A16); a player that asks piece by piece is noted for each piece.
 */
import { createReadStream } from 'node:fs';
import type { FastifyReply } from 'fastify';
import { CodedError } from '../../domain/errors';
import type { PlanPerson } from '../../domain/plan';
import { personOf } from '../auth';
import type { ByteRange } from '../byte-range';
import { rangeOf } from '../byte-range';
import type { HttpDeps } from '../deps';
import type { RecordingRow } from '../queries';
import { findInside, type FoundFile } from '../recording-file';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import {
  AudioStream,
  RecordingParams,
  RecordingSchema,
  RecordingsQuery,
} from '../schemas/recording';
import { demandIn } from '../stores';
import type { Routes } from './app';

export function recordingRoutes(app: Routes, deps: HttpDeps): void {
  addList(app, deps);
  addAudio(app, deps);
}

function addList(app: Routes, { queries, isArriving }: HttpDeps): void {
  app.get(
    '/api/recordings',
    {
      config: { access: 'recordings.hear' },
      schema: {
        tags: ['recordings'],
        summary: 'Recordings of a call of the own store.',
        querystring: RecordingsQuery,
        response: {
          200: PageOf(RecordingSchema),
          ...problems(
            'INVALID_REQUEST',
            'BAD_CURSOR',
            'NOT_AUTHENTICATED',
            'FORBIDDEN_POST',
            'NOT_FOUND',
          ),
        },
      },
    },
    async (request) => {
      const { callId, ...page } = request.query;
      const detail = await queries.call(callId);
      demandIn(personOf(request), 'recordings.hear', detail?.call.storeId, 'NOT_FOUND');
      const { items, next } = await queries.recordings({ callId }, pageRequest(page));
      return { items: items.map((row) => ({ ...row, arriving: isArriving(row.id) })), next };
    },
  );
}

function addAudio(app: Routes, deps: HttpDeps): void {
  app.get(
    '/api/recordings/:id/audio',
    {
      config: { access: 'recordings.hear', taken: true },
      schema: {
        tags: ['recordings'],
        summary: 'The sound, WAV, left the customer, right the agent; takes a Range.',
        params: RecordingParams,
        response: {
          200: AudioStream('The whole recording.'),
          206: AudioStream('The bytes asked for.'),
          ...problems(
            'NOT_AUTHENTICATED',
            'FORBIDDEN_POST',
            'NOT_FOUND',
            'NO_AUDIO',
            'AUDIO_ARRIVING',
            'RANGE_NOT_SATISFIABLE',
          ),
        },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const recording = await recordingFor(person, request.params.id, deps);
      const file = await fileOf(recording, deps);
      if (!file) {
        throw new CodedError(deps.isArriving(recording.id) ? 'AUDIO_ARRIVING' : 'NO_AUDIO');
      }
      const etag = recording.sha256 === null ? null : `"${recording.sha256}"`;
      const { range, 'if-range': ifRange } = request.headers;
      // RFC 9110 §13.1.5: a range of another version of the file is no use to the client.
      const wanted = ifRange === undefined || ifRange === etag ? range : undefined;
      const part = partOf(reply, wanted, file.size);
      const subject = `${recording.id} of ${recording.callId}`;
      await deps.audit({ who: person.id, what: 'recording.heard', subject });
      if (etag) reply.header('etag', etag);
      return reply
        .header('accept-ranges', 'bytes')
        .header('content-length', part.end - part.start + 1)
        .type('audio/wav')
        .send(createReadStream(file.path, part));
    },
  );
}

/** Null when there is none. */
async function fileOf(
  { path, folder }: RecordingRow,
  { recordingsDir, recordingsDir2 }: HttpDeps,
): Promise<FoundFile | null> {
  const inside = folder === 2 ? recordingsDir2 : recordingsDir;
  return path === null || inside === null ? null : findInside(inside, path);
}

async function recordingFor(
  person: PlanPerson,
  id: string,
  { queries }: HttpDeps,
): Promise<RecordingRow> {
  const recording = await queries.recording(id);
  if (!recording) throw new CodedError('NOT_FOUND');
  demandIn(person, 'recordings.hear', recording.storeId, 'NOT_FOUND');
  return recording;
}

/** Sets status and headers for the bytes that are asked for, and names them. */
function partOf(reply: FastifyReply, range: string | undefined, size: number): ByteRange {
  const asked = rangeOf(range, size);
  if (asked === 'whole') return { start: 0, end: size - 1 };
  if (asked === 'unsatisfiable') {
    reply.header('content-range', `bytes */${size}`);
    throw new CodedError('RANGE_NOT_SATISFIABLE');
  }
  reply.code(206).header('content-range', `bytes ${asked.start}-${asked.end}/${size}`);
  return asked;
}
