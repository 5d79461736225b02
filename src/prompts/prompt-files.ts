/**
 * The files that the running app shows and replaces: the store's own over the built-in set. Beside a file of the store's
 * own a note says who put it there, as long as it is that file: one that came by other means is nobody's.
 */
import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CodedError } from '../domain/errors';
import type { HeardFile, NewSound, PromptFiles as Port } from '../http/ports';
import { Turns } from '../turns';
import { convertUpload, LONGEST, SHORTEST, type Kind } from './convert';
import * as files from './files';
import { putFile } from './put-file';
import { wavLength } from './wav-length';

type Facts = Pick<HeardFile, 'bytes' | 'sha256' | 'lengthMs'> & { mtimeMs: number };

export class PromptFiles implements Port {
  /** By path: hundreds of files are not read anew for each page of a list. */
  private readonly known = new Map<string, Facts>();
  private texts: ReadonlyMap<string, Record<string, string>> | null = null;
  private readonly turns = new Turns(1);

  /** `own`: the folder of the store's own. */
  constructor(
    private readonly own: string,
    private readonly builtIn = files.builtInFolder(),
  ) {}

  /** By name. */
  async list(): Promise<HeardFile[]> {
    const names = new Set([
      ...[...files.namesIn(this.builtIn), ...files.namesIn(this.own)].sort(),
      files.MUSIC,
    ]);
    const heard: HeardFile[] = [];
    for (const name of names) {
      const file = await this.find(name);
      if (file !== null) heard.push(file);
    }
    return heard;
  }

  async find(name: string): Promise<HeardFile | null> {
    const own = files.fileOf(this.own, name);
    const facts = await this.factsOf(own);
    if (facts !== null) {
      const { mtimeMs, ...others } = facts;
      const changedBy = await this.changedBy(name, facts.sha256);
      const changed = { changedAt: Math.round(mtimeMs), changedBy };
      return { name, whose: 'own', path: own, text: this.textOf(name), ...others, ...changed };
    }
    const path = this.builtInOf(name);
    const given = await this.factsOf(path);
    if (given === null) return null;
    const { bytes, sha256, lengthMs } = given;
    const unchanged = { changedAt: null, changedBy: null };
    const text = this.textOf(name);
    return { name, whose: 'built-in', path, text, bytes, sha256, lengthMs, ...unchanged };
  }

  /** One after the other, as the machine has calls to serve. */
  convert(name: string, sound: Buffer): Promise<NewSound> {
    const kind: Kind = name === files.MUSIC ? 'music' : 'prompt';
    return this.turns.run(async () => {
      const converted = await convertUpload(sound, kind);
      switch (converted.is) {
        case 'sound':
          return { wav: converted.wav, sha256: sha256Of(converted.wav) };
        case 'unreadable':
          throw new CodedError('SOUND_UNREADABLE', { why: converted.why });
        case 'silent':
          throw new CodedError('SOUND_SILENT');
        case 'too-short':
        case 'too-long':
          throw new CodedError('SOUND_LENGTH', {
            lengthMs: Math.round(converted.seconds * 1000),
            ...{ atLeastMs: SHORTEST * 1000, atMostMs: LONGEST[kind] * 1000 },
          });
      }
    });
  }

  replace(name: string, { wav, sha256 }: NewSound, by: string): Promise<void> {
    return this.turns.run(async () => {
      await putFile(files.fileOf(this.own, name), wav);
      await putFile(this.noteOf(name), JSON.stringify({ sha256, by }));
    });
  }

  remove(name: string): Promise<boolean> {
    return this.turns.run(async () => {
      const file = files.fileOf(this.own, name);
      if ((await stat(file).catch(nullIfMissing)) === null) return false;
      await rm(file, { force: true });
      await rm(this.noteOf(name), { force: true });
      return true;
    });
  }

  private builtInOf(name: string): string {
    if (name !== files.MUSIC) return files.fileOf(this.builtIn, name);
    return join(dirname(this.builtIn), 'music', 'default.wav');
  }

  private textOf(name: string): string | null {
    this.texts ??= new Map(files.texts().map(({ key, byLanguage }) => [key, byLanguage]));
    const [language = '', key = ''] = name.split('/');
    return this.texts.get(key)?.[language] || null;
  }

  private async factsOf(path: string): Promise<Facts | null> {
    const found = await stat(path).catch(nullIfMissing);
    if (found === null) return null;
    const { mtimeMs, size: bytes } = found;
    const known = this.known.get(path);
    if (known?.mtimeMs === mtimeMs && known.bytes === bytes) return known;
    const file = await readFile(path).catch(nullIfMissing);
    if (file === null) return null;
    const facts = { mtimeMs, bytes, sha256: sha256Of(file), lengthMs: wavLength(file) };
    this.known.set(path, facts);
    return facts;
  }

  private async changedBy(name: string, sha256: string): Promise<string | null> {
    const text = await readFile(this.noteOf(name), 'utf8').catch(nullIfMissing);
    if (text === null) return null;
    try {
      const note = JSON.parse(text) as { sha256?: unknown; by?: unknown } | null;
      return note?.sha256 === sha256 && typeof note.by === 'string' ? note.by : null;
    } catch {
      return null;
    }
  }

  private readonly noteOf = (name: string): string => join(this.own, `${name}.json`);
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function nullIfMissing(error: unknown): null {
  if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
  throw error;
}
