import { mkdtempSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { DomainEvent } from '../../../src/domain/events';
import type { Plan } from '../../../src/domain/plan';
import { BindingJournal } from '../../../src/telephony/binding-journal';
import { ha1, parseDigest } from '../../../src/telephony/digest';
import type { SipRequest, SipResponse, SendOptions } from '../../../src/telephony/drachtio';
import { PhoneWatch, type Heard } from '../../../src/telephony/phone-watch';
import { Registrar } from '../../../src/telephony/registrar';
import { Seen } from '../../support/wait';

const REALM = 'openline';
const log = pino({ level: 'silent' });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** 8001 registers, 8002 is static. */
export const plan: Plan = {
  sip: { realm: REALM },
  stores: [],
  trunks: [],
  queues: [],
  hotlines: [],
  people: [],
  phones: [
    {
      id: '8001',
      kind: 'register',
      person: 'wang',
      autoReady: false,
      ha1: ha1('8001', REALM, 'secret'),
    },
    {
      id: '8002',
      kind: 'static',
      person: 'li',
      autoReady: true,
      contact: 'sip:a@127.0.0.1:5190',
      watch: true,
    },
  ],
};

export interface Sent {
  status: number;
  headers: Record<string, string>;
}

/** A phone that sends REGISTERs to a registrar of its own, in a time of its own. */
export class RegisteringPhone {
  readonly events: DomainEvent[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'openline-registrar-'));
  /** The contacts that were asked by OPTIONS, and what is heard of each question. */
  readonly asked = new Seen<string>();
  heard: Heard = 'unasked';
  /** Whose page sends from that port. */
  readonly pages = new Map<number, string>();
  now = 1_000_000;
  private cseq = 0;
  private nc = 0;
  private nonce = '';
  private journal: BindingJournal | undefined;
  registrar = this.make();

  make(): Registrar {
    const journal = new BindingJournal(join(this.folder, 'bindings.jsonl'), log);
    this.journal = journal;
    const submit = (event: DomainEvent) => void this.events.push(event);
    const ask = ({ uri }: { uri: string }) => {
      this.asked.add(uri);
      return Promise.resolve(this.heard);
    };
    const watch = (onHeard: (phoneId: string) => void) => new PhoneWatch({ ask, onHeard });
    const pageOf = (_address: string, port: number) => this.pages.get(port);
    return new Registrar({ submit, log, journal, watch, pageOf, now: () => this.now });
  }

  /** Another app on the same journal, after the former one was gone for so long. */
  async restart(goneMs = 0): Promise<void> {
    this.registrar.close();
    await this.journal?.close();
    this.now += goneMs;
    this.events.length = 0;
    this.registrar = this.make();
    this.registrar.applyPlan(plan);
    this.registrar.restore();
  }

  /** `by`: how the request came; UDP from 127.0.0.1:5070 unless told. */
  send(
    headers: Record<string, string>,
    by: { protocol?: string; port?: number } = {},
  ): Promise<Sent> {
    const all: Record<string, string> = {
      To: '<sip:8001@openline>',
      'Call-ID': 'one',
      CSeq: `${++this.cseq} REGISTER`,
      ...headers,
    };
    const find = (name: string) => all[name];
    const req = {
      method: 'REGISTER',
      protocol: by.protocol ?? 'udp',
      source_address: '127.0.0.1',
      source_port: by.port ?? 5070,
      get: find,
      has: (name: string) => find(name) !== undefined,
    } as unknown as SipRequest;
    return new Promise((resolve) => {
      const res = {
        send: (status: number, options?: SendOptions) => {
          resolve({ status, headers: options?.headers ?? {} });
        },
      } as unknown as SipResponse;
      this.registrar.handle(req, res);
    });
  }

  /** Registers as a phone does: asks, is challenged once, answers. */
  async register(
    headers: Record<string, string>,
    by: { protocol?: string; port?: number } = {},
  ): Promise<Sent> {
    const answer = this.nonce ? await this.sendSigned(headers, by) : await this.send(headers);
    if (answer.status !== 401) return answer;
    // The first time, or by a nonce that an app before this one gave.
    this.nonce = parseDigest(answer.headers['WWW-Authenticate'] ?? '').nonce ?? '';
    this.nc = 0;
    return this.sendSigned(headers, by);
  }

  private sendSigned(
    headers: Record<string, string>,
    by: { protocol?: string; port?: number },
  ): Promise<Sent> {
    return this.send({ ...headers, Authorization: this.credentials('8001') }, by);
  }

  credentials(user: string): string {
    const nc = (++this.nc).toString(16).padStart(8, '0');
    const ha2 = md5('REGISTER:sip:x');
    const response = md5(`${ha1(user, REALM, 'secret')}:${this.nonce}:${nc}:c:auth:${ha2}`);
    return `Digest username="${user}", realm="${REALM}", nonce="${this.nonce}", uri="sip:x", response="${response}", cnonce="c", qop=auth, nc=${nc}`;
  }

  async close(): Promise<void> {
    this.registrar.close();
    await this.journal?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The contacts that an answer says are bound, with their seconds. */
export const bound = ({ headers }: Sent) =>
  [...(headers['Contact'] ?? '').matchAll(/<([^>]*)>;expires=(\d+)/g)].map(([, uri, s]) => [
    uri,
    Number(s),
  ]);
