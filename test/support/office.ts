import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { startBaresip, type Baresip } from './baresip';
import { nothingIsLeft } from './kill-table';
import {
  emptyPlan,
  PASSWORD,
  withoutNotice,
  withRegisteredAgent,
  withStaticAgents,
  type TestPlan,
} from './plan';
import { startProduct, type Product } from './product';
import { startPushClient, type PushClient } from './push-client';
import { runSipp, type SippOptions, type SippRun } from './sipp';
import { readWav, toneShare } from './tone';
import { TonePhone } from './tone-phone';
import { waitFor } from './wait';

/** Who is outside speaks this, unless a story needs him to be told from another. */
export const FAR_HZ = 1000;

/** A telemarketer with a desk and baresip as the phone. */
export interface Telemarketer {
  id: string;
  hz: number;
  phone: Baresip;
  desk: PushClient;
}

/** A far end whose signalling is sipp's, with an ear and a voice. */
export interface FarEnd {
  sipp: SippRun;
  /** Where its signalling is. */
  host: string;
  ear: TonePhone;
}

/** A telemarketer whose phone sipp plays. */
export type Other = FarEnd & { id: string };

/** What a call became. */
export interface Ending {
  outcome: string;
  cause: string;
  /** Of each file of it, in their order: who was heard left and right, in hertz. */
  segments: [left: number, right: number][];
}

/** The started product with two telemarketers who have baresip; sipp plays carriers and customers. */
export class Office {
  private readonly ears: TonePhone[] = [];
  private readonly runs: SippRun[] = [];
  private asked: Promise<unknown> = Promise.resolve();
  /** How many others there were. */
  private known = 0;

  private constructor(
    readonly product: Product,
    readonly wang: Telemarketer,
    readonly li: Telemarketer,
    readonly plan: TestPlan,
    readonly db: Client,
  ) {}

  static async open(
    adapt: (plan: TestPlan) => TestPlan = (plan) => plan,
    env: Record<string, string> = {},
  ): Promise<Office> {
    const product = await startProduct({ env });
    const one = withRegisteredAgent(emptyPlan());
    const colleague = { person: 'li', name: '李娜', phone: '8002' };
    const plan = adapt(withoutNotice(withRegisteredAgent(one, colleague)));
    await product.apply(plan);
    // One after the other: each looks for ports that nobody has.
    const wang = await telemarketer(product, 'wang', '8001', 600);
    const li = await telemarketer(product, 'li', '8002', 700);
    return new Office(product, wang, li, plan, await product.db());
  }

  /** Who calls a hotline of ours. */
  calls(script: string, values: SippOptions['values'] = {}): Promise<FarEnd> {
    return this.farEnd(script, values, { target: this.product.sip() });
  }

  /** A gateway, or a phone, that waits for a call of ours. */
  waits(script: string, options: Partial<SippOptions> & { hz?: number } = {}): Promise<FarEnd> {
    return this.farEnd(script, options.values ?? {}, options);
  }

  /**
   * More telemarketers, who are ready and nobody whom an earlier story knew; sipp plays their phones, at an address that
   * is no trunk's. Who came so before leaves.
   */
  async others(...scripts: string[]): Promise<Other[]> {
    const others: Other[] = [];
    for (const script of scripts) {
      const id = `t${String((this.known += 1)).padStart(3, '0')}`;
      others.push({ id, ...(await this.waits(script, { host: ELSEWHERE, hz: OTHER_HZ })) });
    }
    await this.apply((plan) => {
      const all = withStaticAgents(plan, this.known, { host: ELSEWHERE, port: 1 });
      const isOne = (person: string | undefined) => others.some(({ id }) => id === person);
      const contactOf = (person: string | undefined) =>
        `sip:${person}@${ELSEWHERE}:${others.find(({ id }) => id === person)?.sipp.port}`;
      return {
        ...all,
        people: all.people.filter(
          ({ id, post }) => isOne(id) || !/^t\d+$/.test(id) || post !== 'telemarketer',
        ),
        phones: all.phones
          .filter(({ kind, person }) => kind === 'register' || isOne(person))
          .map((one) => (one.kind === 'static' ? { ...one, contact: contactOf(one.person) } : one)),
      };
    });
    return others;
  }

  deskOf(user: string): Promise<PushClient> {
    return startPushClient({ http: this.product.http, user, password: PASSWORD });
  }

  private async farEnd(
    scenario: string,
    values: SippOptions['values'],
    { hz = FAR_HZ, host = '127.0.0.1', ...options }: Partial<SippOptions> & { hz?: number },
  ): Promise<FarEnd> {
    const ear = await TonePhone.open({ tone: hz });
    const { port } = this.product.sip();
    const given = { edgePort: port, mediaPort: ear.port, ...values };
    const sipp = await runSipp({ limitSeconds: 300, ...options, host, scenario, values: given });
    this.ears.push(ear);
    this.runs.push(sipp);
    return { sipp, host, ear };
  }

  /** The plan of the beginning, changed. */
  apply(change: (plan: TestPlan) => TestPlan): Promise<void> {
    return this.product.apply(change(structuredClone(this.plan)));
  }

  /** Only they are ready. */
  async areReady(...ready: Telemarketer[]): Promise<void> {
    for (const one of [this.wang, this.li]) {
      const what = ready.includes(one) ? 'ready' : 'not-ready';
      const body = what === 'ready' ? undefined : { reason: 'lunch' };
      const answer = await one.desk.post(`/api/agents/me/${what}`, body);
      if (answer.status !== 200) throw new Error(`${one.id}: ${await answer.text()}`);
    }
  }

  /** The call is closed, all is as it should be, and nothing is left. */
  async ends(number: string, ending: Ending): Promise<void> {
    await this.became(number, ending);
    await this.nothingIsLeft();
  }

  /** The latest call from or to a number, once it is closed and it and its files are as they should be. */
  async became(
    number: string,
    { outcome, cause, segments }: Ending,
    deadlineMs = 10_000,
  ): Promise<void> {
    const isClosed = async () => {
      const all = await this.rows(
        `select * from call where (from_number = '${number}' or to_number = '${number}')
           order by arrived_at desc limit 1`,
      );
      return all[0]?.['state'] === 'closed' ? all[0] : null;
    };
    const call = await waitFor(`the closed call of ${number}`, isClosed, deadlineMs);
    expect(call).toMatchObject({ outcome, end_cause: cause });
    const files = await waitFor(`the files of ${number}`, async () => {
      const found = await this.rows(
        `select * from recording where call_id = '${String(call['id'])}' order by started_at`,
      );
      return found.length >= segments.length ? found : null;
    });
    expect(files.map(({ state, lead_id }) => [state, lead_id])).toEqual(
      segments.map(() => ['stored', call['lead_id']]),
    );
    for (const [i, tones] of segments.entries())
      expect([i, this.sharesIn(files[i] as Row, tones).map((share) => share > 0.9)]).toEqual([
        i,
        [true, true],
      ]);
  }

  /** How much of 100 ms of each side is its tone, wherever in the file it is most; 0: that side is not asked about. */
  private sharesIn({ path }: Row, tones: [number, number]): number[] {
    const wav = readWav(readFileSync(join(this.product.recordingsDir, String(path))));
    return wav.channels.map((channel, side) => {
      const hz = tones[side] as number;
      return hz === 0 ? 1 : mostOf(channel, hz);
    });
  }

  /** No dialog, no open record, nobody busy, no file without its call. */
  async nothingIsLeft(dialogsMs?: number): Promise<void> {
    const open = () =>
      this.rows(`select 'call' as what, id from call where state <> 'closed'
        union all select role, id from leg where ended_at is null
        union all select 'place', id from queue_entry where ended_at is null
        union all select 'file', r.id from recording r left join call c on c.id = r.call_id where c.id is null`);
    await waitFor('everything to be closed', async () => (await open()).length === 0).catch(
      async () => expect(await open()).toEqual([]),
    );
    await nothingIsLeft(this, dialogsMs);
  }

  /** One after the other, whoever asks. */
  async rows(sql: string): Promise<Row[]> {
    const asked = this.asked.then(() => this.db.query<Row>(sql));
    this.asked = asked.catch(() => undefined);
    return (await asked).rows;
  }

  async close(): Promise<void> {
    for (const run of this.runs) await run.stop();
    for (const ear of this.ears) ear.close();
    for (const { desk, phone } of [this.wang, this.li]) {
      desk.close();
      await phone.stop();
    }
    await this.product.stop();
  }
}

const ELSEWHERE = '127.0.0.7';
/** What the phones of `others` say. */
export const OTHER_HZ = 500;

export type Row = Record<string, unknown>;

async function telemarketer(
  product: Product,
  id: string,
  user: string,
  hz: number,
): Promise<Telemarketer> {
  const account = { user, realm: 'openline', password: 'secret' };
  const phone = await startBaresip({ ...account, server: product.sip(), toneHz: hz });
  const desk = await startPushClient({ http: product.http, user: id, password: PASSWORD });
  return { id, hz, phone, desk };
}

/** The largest share of a tone in any 100 ms. */
export function mostOf(samples: Int16Array, hz: number): number {
  let most = 0;
  for (let at = 0; at + 800 <= samples.length; at += 400)
    most = Math.max(most, toneShare(samples.subarray(at, at + 800), hz));
  return most;
}

/** The telemarketer's phone rings, and is picked up. */
export async function picksUp({ phone }: Telemarketer, from: number): Promise<void> {
  await rings(phone, from);
  await phone.accept();
  await phone.events.next('the talk', ({ type }) => type === 'CALL_ESTABLISHED', { from });
}

export const rings = (phone: Baresip, from: number) =>
  phone.events.next('the phone to ring', ({ type }) => type === 'CALL_INCOMING', {
    from,
    deadlineMs: 20_000,
  });

/**
 * Hears the telemarketer, and has spoken for half a second: a file has enough to be judged by. A telemarketer whose phone
 * is sipp's hears him, too.
 */
export async function talks(
  far: FarEnd,
  { hz }: Pick<Telemarketer, 'hz'>,
  other?: FarEnd,
): Promise<void> {
  for (const { ear, sipp } of other ? [far, other] : [far]) {
    ear.talkTo(await sipp.heardSdp());
    ear.forget();
  }
  await hears(far, hz);
  if (other) await hears(other, far.ear.tone);
  await far.ear.until(() => far.ear.heard.length > 40);
}

async function hears({ ear, sipp }: FarEnd, hz: number): Promise<void> {
  await ear.hears(hz, 10_000).catch(async (error: Error) => {
    // Where nothing is heard the signalling says why.
    const { errors, messages } = await sipp.stop();
    throw new Error(`${error.message}\n${errors}\n${messages}`);
  });
}

/** Has spoken for most of a second to where the first SDP said, whoever hears it. */
export async function speaks({ ear, sipp }: FarEnd): Promise<void> {
  ear.talkTo(await sipp.heardSdp());
  const before = ear.sentPayloads().length;
  await waitFor('it to be said', () => ear.sentPayloads().length > before + 40);
}

/** The telemarketer's phone is hung up on, and this was to be heard there; baresip keeps it until its own first hold. */
export async function heardAtPhone(
  { phone }: Telemarketer,
  from: number,
  ...hz: number[]
): Promise<void> {
  // Of a call that it sent on in vain it says no more.
  const ENDS = ['CALL_CLOSED', 'TRANSFER_FAILED'];
  await phone.events.next('the end', ({ type }) => ENDS.includes(type), { from });
  if (hz.length === 0) return;
  const heard = readWav(phone.heard()).channels[0] as Int16Array;
  for (const one of hz) expect([one, mostOf(heard, one) > 0.9]).toEqual([one, true]);
}

/** The far end goes on in its script, and what it did was all as written there in the end. */
export async function tell({ sipp, host }: FarEnd): Promise<void> {
  const [, callId] = await sipp.logged(/^Call-ID:\s*(\S+)/im);
  const socket = createSocket('udp4');
  const text = [
    'MESSAGE sip:far@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1:${sipp.port};branch=z9hG4bKtold${Math.random()}`,
    'From: <sip:test@127.0.0.1>;tag=test',
    'To: <sip:far@127.0.0.1>',
    `Call-ID: ${callId}`,
    'CSeq: 1 MESSAGE',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  await new Promise((resolve) => socket.send(text, sipp.port, host, resolve));
  socket.close();
}

/** All came as the script says; fails with what sipp has to say about it. */
export async function wentAsWritten({ sipp, ear }: FarEnd): Promise<void> {
  const { code, errors } = await sipp.done;
  ear.hush();
  // It also says what it did.
  expect(code === 0 ? '' : errors).toBe('');
  expect(code).toBe(0);
}
