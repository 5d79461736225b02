/**
 * Prompts and the music, one by one: which there are, how they sound, and the store's own in their place. What is sent is
 * made a prompt first, so that what cannot be one changes nothing; then it is noted, put there, and the edge told.
 */
import { createReadStream } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { CodedError } from '../../domain/errors';
import { promptsNeeded } from '../../domain/plan-lint/rules/prompt-missing';
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { SOUND_LIMIT_BYTES, type HeardFile } from '../ports';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import {
  PromptChanged,
  PromptFileSchema,
  PromptParams,
  PromptsQuery,
  ReloadQuery,
  SoundBody,
} from '../schemas/prompt-file';
import { AudioStream } from '../schemas/recording';
import type { Routes } from './app';

const MUSIC = 'music';
const READING = ['NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const CHANGING = ['INVALID_REQUEST', ...READING, 'CROSS_SITE'] as const;
const REPLACING = [
  ...CHANGING,
  ...(['TOO_LARGE', 'UNSUPPORTED_TYPE', 'SOUND_UNREADABLE', 'SOUND_SILENT'] as const),
  'SOUND_LENGTH',
] as const;

export function promptFileRoutes(app: Routes, deps: HttpDeps): void {
  addList(app, deps);
  addSounds(app, deps);
  addRemoving(app, deps);
  // Only here a body may be something else than JSON.
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser(SOUND_TYPES, { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    addReplacing(inner.withTypeProvider<TypeBoxTypeProvider>(), deps);
  });
}

const SOUND_TYPES = /^(audio\/|application\/(ogg|octet-stream)\b)/;

function addList(app: Routes, { promptFiles, live }: HttpDeps): void {
  app.get(
    '/api/prompts',
    {
      config: { access: 'prompts.replace' },
      schema: {
        tags: ['administration'],
        summary: 'Prompts and the music as callers hear them, and those that are missing.',
        querystring: PromptsQuery,
        response: {
          200: PageOf(PromptFileSchema),
          ...problems('INVALID_REQUEST', ...READING, 'BAD_CURSOR'),
        },
      },
    },
    async ({ query }) => {
      const heard = (await promptFiles.list()).map(shown);
      const known = new Set(heard.map(nameOf));
      const missing = [...promptsNeeded(live.plan())].filter((name) => !known.has(name));
      const asked = [...heard, ...missing.map(nobodys)].filter(
        ({ language }) => query.language === undefined || language === query.language,
      );
      return pageOf(asked, pageRequest(query), ({ language, key }) => [language ?? '', key]);
    },
  );
}

function addSounds(app: Routes, { promptFiles }: HttpDeps): void {
  const schema = {
    tags: ['administration'],
    response: {
      200: AudioStream('WAV, one channel of 16 bit.'),
      ...problems(...READING, 'NOT_FOUND'),
    },
  };
  const send = async (reply: FastifyReply, name: string) => {
    const file = await promptFiles.find(name);
    if (file === null) throw new CodedError('NOT_FOUND');
    return reply
      .header('etag', `"${file.sha256}"`)
      .header('content-length', file.bytes)
      .type('audio/wav')
      .send(createReadStream(file.path));
  };
  const config = { access: 'prompts.replace' } as const;
  app.get(
    '/api/prompts/:language/:key',
    { config, schema: { ...schema, summary: 'How a prompt sounds.', params: PromptParams } },
    async ({ params }, reply) => send(reply, `${params.language}/${params.key}`),
  );
  app.get(
    '/api/prompts/music',
    { config, schema: { ...schema, summary: 'What callers hear while they wait.' } },
    async (_request, reply) => send(reply, MUSIC),
  );
}

function addReplacing(app: Routes, deps: HttpDeps): void {
  const { promptFiles, audit } = deps;
  const schema = {
    tags: ['administration'],
    description:
      'The body is the file: WAV, MP3 or Ogg, 24 MB at most. It is made mono, 16 bit, 16 kHz, and as loud as the built-in ' +
      'ones. What goes on keeps what it plays.',
    querystring: ReloadQuery,
    body: SoundBody,
    response: { 200: PromptChanged, ...problems(...REPLACING) },
  };
  const replace = async (request: FastifyRequest, name: string, reload: boolean) => {
    const { body } = request;
    if (!Buffer.isBuffer(body) || body.length === 0)
      throw new CodedError('INVALID_REQUEST', [{ at: 'body', problem: 'is missing' }]);
    const sound = await promptFiles.convert(name, body);
    const who = callerName(request);
    await audit({ who, what: 'prompt.replaced', subject: `${name} ${sound.sha256}` });
    await promptFiles.replace(name, sound, who);
    return changed(deps, name, reload);
  };
  // No text is in a body of sound.
  const config = { access: 'prompts.replace', checksTexts: true } as const;
  const options = { config, bodyLimit: SOUND_LIMIT_BYTES };
  app.put(
    '/api/prompts/:language/:key',
    {
      ...options,
      schema: { ...schema, summary: 'Callers are to hear this.', params: PromptParams },
    },
    async (request) => {
      const { params, query } = request;
      return replace(request, `${params.language}/${params.key}`, query.reload);
    },
  );
  app.put(
    '/api/prompts/music',
    { ...options, schema: { ...schema, summary: 'Callers who wait are to hear this.' } },
    async (request) => replace(request, MUSIC, request.query.reload),
  );
}

function addRemoving(app: Routes, deps: HttpDeps): void {
  const { promptFiles, audit } = deps;
  const schema = {
    tags: ['administration'],
    querystring: ReloadQuery,
    response: { 200: PromptChanged, ...problems(...CHANGING, 'NOT_FOUND') },
  };
  const remove = async (request: FastifyRequest, name: string, reload: boolean) => {
    const own = await promptFiles.find(name);
    if (own?.whose !== 'own') throw new CodedError('NOT_FOUND');
    const who = callerName(request);
    await audit({ who, what: 'prompt.reset', subject: `${name} ${own.sha256}` });
    await promptFiles.remove(name);
    return changed(deps, name, reload);
  };
  const config = { access: 'prompts.replace' } as const;
  app.delete(
    '/api/prompts/:language/:key',
    {
      config,
      schema: {
        ...schema,
        summary: 'The built-in one again, if there is one.',
        params: PromptParams,
      },
    },
    async (request) => {
      const { params, query } = request;
      return remove(request, `${params.language}/${params.key}`, query.reload);
    },
  );
  app.delete(
    '/api/prompts/music',
    { config, schema: { ...schema, summary: 'The built-in music again.' } },
    async (request) => remove(request, MUSIC, request.query.reload),
  );
}

/** Has the edge take it. An edge that is away takes it when it is there again. */
async function changed({ prompts, promptFiles }: HttpDeps, name: string, reload: boolean) {
  const heard = reload ? await prompts.reload().then(() => 'now' as const, laterIfAway) : LATER;
  const file = await promptFiles.find(name);
  return { prompt: file === null ? nobodys(name) : shown(file), heard };
}

const LATER = 'later' as const;

function laterIfAway(error: unknown): typeof LATER {
  if (error instanceof CodedError && error.code === 'EDGE_AWAY') return LATER;
  throw error;
}

/** As an answer has it. */
function shown({ name, text, whose, lengthMs, sha256, changedAt, changedBy }: HeardFile) {
  return { ...placeOf(name), text, whose, lengthMs, sha256, changedAt, changedBy };
}

const nobodys = (name: string) => ({
  ...{ ...placeOf(name), text: null, whose: 'nobody' as const, lengthMs: null, sha256: null },
  ...{ changedAt: null, changedBy: null },
});

function placeOf(name: string): { language: string | null; key: string } {
  const [first = '', key] = name.split('/');
  return key === undefined ? { language: null, key: first } : { language: first, key };
}

const nameOf = ({ language, key }: { language: string | null; key: string }): string =>
  language === null ? key : `${language}/${key}`;
