/** A recording's row, and what is asked of recordings. */
import type { Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import { PageQuery } from './page';
import { Id, InstantValue, Nullable } from './values';

export const RecordingSchema = Type.Object({
  id: Type.String(),
  callId: Type.String(),
  leadId: Nullable(Type.String()),
  customerId: Nullable(Type.String()),
  agentId: Nullable(Type.String()),
  storeId: Nullable(Type.String()),
  state: Type.Union([Type.Literal('stored'), Type.Literal('failed'), Type.Literal('erased')]),
  path: Nullable(Type.String({ description: 'Relative to its folder.' })),
  folder: Type.Union([Type.Literal(1), Type.Literal(2)], {
    description: '1: RECORDINGS_DIR, 2: RECORDINGS_DIR_2.',
  }),
  arriving: Type.Boolean({ description: 'Its file is on its way from an edge on another host.' }),
  startedAt: Nullable(InstantValue),
  durationMs: Nullable(Type.Integer()),
  bytes: Nullable(Type.Integer()),
  sha256: Nullable(Type.String()),
  failure: Nullable(Type.String()),
  gapsMs: Nullable(
    Type.Record(Type.String(), Type.Integer(), {
      description:
        'Milliseconds that are missing, by cause, both sides added up; the manifest lists them.',
    }),
  ),
  reconciles: Nullable(
    Type.Boolean({ description: 'False when its manifest contradicts itself: a bug of the edge.' }),
  ),
});

export const RecordingsQuery = Type.Object(
  { callId: Id, ...PageQuery },
  { additionalProperties: false },
);

export const RecordingParams = Type.Object({ id: Id });

/** The sound itself; streamed, so the schema only describes it. */
export const AudioStream = (description: string) =>
  Type.Unsafe<Readable>({
    description,
    content: { 'audio/wav': { schema: { type: 'string', format: 'binary', examples: ['RIFF…'] } } },
  });
