import { parseNetworks } from '../../sip/transport/address-networks';
import { seeded, type Random } from '../simulation/random';
import { waitFor, within } from '../support/wait';
import { startApp, type App, type Dlg, type Req, type Res } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { LossyRelay } from './support/lossy-relay';
import { SDP } from './support/phone';

/**
 * Two engines, each with an unmodified drachtio-srf app, and between them a network that loses every
 * tenth datagram, doubles and reorders others: a thousand calls must end right on both sides, and
 * leave nothing behind. Another seed: `RELAY_SEED=7 npx jest lossy-relay`.
 */
const SEED = Number(process.env['RELAY_SEED'] ?? 20261127);
const CALLS = Number(process.env['RELAY_CALLS'] ?? 1000);
const AT_ONCE = 40;
const RELAY = '127.0.0.2';
/** 64·T1 is 3.2 s; an INVITE is sent seven times before it counts as lost. */
const TIMING = { t1: 50, t2: 400, t4: 250 };
const WEATHER = { loss: 0.1, duplicate: 0.05, late: 0.3, latestMs: 40 };
/** 8.1 s at most for a whole call: two give-ups and the talk between them. */
const CALL_WITHIN_MS = 30_000;

/** When the caller gives up; null when he means to talk. */
type Cancel = 'at-once' | 'on-provisional' | 'after-prack' | 'as-answered' | { afterMs: number };

interface Story {
  id: string;
  cancel: Cancel | null;
  hangsUp: 'caller' | 'callee' | 'both';
}

/** What each side saw of one call. */
interface Side {
  /** `failed-487` and the like, or `talk`; set once the side is done with it. */
  result: string | undefined;
  talked: boolean;
}

let engines: Engine[] = [];
let apps: App[] = [];
let relay: LossyRelay | undefined;

afterEach(async () => {
  for (const app of apps) app.disconnect();
  relay?.close();
  await Promise.all(engines.map((engine) => engine.close()));
  engines = [];
  apps = [];
});

test(`${CALLS} calls over a lossy network end right on both sides (seed ${SEED})`, async () => {
  const random = seeded(SEED);
  const [near, far] = [await engineAt('127.0.0.1'), await engineAt('127.0.0.3')];
  relay = await LossyRelay.between(
    RELAY,
    [
      { host: '127.0.0.1', port: near.udpPort },
      { host: '127.0.0.3', port: far.udpPort },
    ],
    WEATHER,
    seeded(SEED + 1),
  );
  const callees = new Map<string, Callee>();
  const callee = await startApp(far, {
    routes: (app) =>
      app.invite((req, res) => {
        const id = req.get('X-Story');
        const known = callees.get(id) as Callee;
        void known.answer(app, req, res);
      }),
  });
  const caller = await startApp(near);
  apps = [caller, callee];

  const stories = Array.from({ length: CALLS }, (_none, i) => story(i, random));
  const wrong: string[] = [];
  let next = 0;
  const line = async (): Promise<void> => {
    for (let told = stories[next++]; told !== undefined; told = stories[next++]) {
      const answering = new Callee(told);
      callees.set(told.id, answering);
      const calling = new Caller(told, answering);
      try {
        await within(
          `call ${JSON.stringify(told)}`,
          calling.run(caller, `sip:8001@${RELAY}:${far.udpPort}`),
          CALL_WITHIN_MS,
        );
      } catch (error) {
        wrong.push(`${String(error)} caller ${calling.result} callee ${answering.result}`);
        continue;
      }
      const fault = faultOf(told, calling, answering);
      if (fault !== undefined) wrong.push(`${JSON.stringify(told)}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  expect(wrong).toEqual([]);
  expect(relay.lost).toBeGreaterThan(CALLS);

  const nothing = { apps: 1, dialogs: 0, transactions: 0, incoming: 0, outgoing: 0 };
  for (const engine of [near, far]) {
    await waitFor(
      `nothing to be left: ${JSON.stringify(engine.load())}`,
      () => Object.entries(nothing).every(([key, n]) => engine.load()[key as 'apps'] === n),
      20_000,
    ).catch(() => undefined);
    expect(engine.load()).toEqual(nothing);
  }
}, 240_000);

async function engineAt(host: string): Promise<Engine> {
  const text = `relay ${host} ${RELAY} ${RELAY}/32`;
  const { networks } = parseNetworks(text);
  const engine = await startEngine({
    sip: [{ protocol: 'udp', host, port: 0 }],
    networks,
    timing: TIMING,
  });
  engines.push(engine);
  return engine;
}

function story(i: number, random: Random): Story {
  const afterMs = random.below(400);
  const cancels: (Cancel | null)[] = [
    ...['at-once', 'on-provisional', 'after-prack', 'as-answered'],
    { afterMs },
    ...Array<null>(5).fill(null),
  ] as (Cancel | null)[];
  const hangsUp = (['caller', 'callee', 'both'] as const)[random.below(3)] ?? 'caller';
  return { id: `story-${i}`, cancel: random.pick(cancels) ?? null, hangsUp };
}

/**
 * A call that nobody cancelled was a talk on both sides. One that was cancelled ended 487 on both, or
 * the answer overtook the CANCEL: then the callee had a dialog and saw it end, and the caller too,
 * unless no copy of the answer came through before the end.
 */
function faultOf({ cancel }: Story, caller: Side, callee: Side): string | undefined {
  const seen = `caller ${caller.result}, callee ${callee.result}`;
  if (cancel === null) return caller.talked && callee.talked ? undefined : seen;
  const ends = `${caller.result}/${callee.result}`;
  return RIGHT_ENDS.has(ends) ? undefined : seen;
}

const RIGHT_ENDS = new Set([
  'failed-487/failed-487',
  'failed-487/talk',
  'talk/talk',
  // Cancelled before it had reached the callee at all.
  'failed-487/undefined',
]);

/** One side's talk: a re-INVITE at once from both, then a BYE. */
class Talk {
  reinvited = false;
  private pending = false;
  private readonly ended: Promise<void>;
  private end!: () => void;

  constructor(
    private readonly dialog: Dlg,
    private readonly sdp: string,
    /** RFC 3261 §14.1: who owns the Call-ID waits longer after a 491. */
    private readonly retryMs: () => number,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    dialog.once('destroy', this.end);
    // A BYE that came right behind the ACK was there before anybody could listen.
    if (!dialog.connected) this.end();
    dialog.on('modify', (_req: Req, res: Res) => {
      // §14.2: our own INVITE is under way.
      if (this.pending) res.send(491);
      else res.send(200, { body: sdp });
    });
  }

  async reinvite(): Promise<void> {
    for (let tries = 0; tries < 20 && !this.reinvited; tries++) {
      this.pending = true;
      const { status } = await this.dialog.request({ method: 'INVITE', body: this.sdp });
      this.pending = false;
      if (status === 200) this.reinvited = true;
      else if (status === 491 || status === 500) await pause(this.retryMs());
      else throw new Error(`re-INVITE ${status}`);
    }
    if (!this.reinvited) throw new Error('re-INVITE never accepted');
  }

  async hangUp(): Promise<void> {
    // Where both hang up at once, the other's BYE may be there first.
    await this.dialog.destroy().catch(() => undefined);
    this.end();
  }

  over(): Promise<void> {
    return this.ended;
  }
}

class Caller implements Side {
  result: string | undefined;
  talked = false;

  constructor(
    private readonly story: Story,
    private readonly callee: Callee,
  ) {}

  async run(app: App, uri: string): Promise<void> {
    const { id, cancel, hangsUp } = this.story;
    let request: Req | undefined;
    const giveUp = () => request?.cancel();
    if (cancel === 'as-answered') this.callee.onAnswer = giveUp;
    if (cancel === 'after-prack') this.callee.onPrack = giveUp;
    try {
      const dialog = await app.createUAC(
        uri,
        { localSdp: SDP, headers: { 'X-Story': id, Supported: '100rel' } },
        {
          cbRequest: (_error, req) => {
            request = req;
            if (cancel === 'at-once') giveUp();
            if (typeof cancel === 'object' && cancel !== null) setTimeout(giveUp, cancel.afterMs);
          },
          cbProvisional: () => {
            if (cancel === 'on-provisional') giveUp();
          },
        },
      );
      const talk = new Talk(dialog, SDP, () => 105 + Math.random() * 95);
      if (cancel !== null) {
        // The answer overtook the CANCEL, and the engine ends the call; or the CANCEL came too late.
        await Promise.race([talk.over(), pause(1000).then(() => talk.hangUp())]);
      } else {
        const other = await this.callee.talking;
        await Promise.all([talk.reinvite(), other.reinvite()]);
        this.talked = true;
        if (hangsUp === 'caller') await talk.hangUp();
        else if (hangsUp === 'callee') await other.hangUp();
        else await Promise.all([talk.hangUp(), other.hangUp()]);
        await talk.over();
      }
      this.result = 'talk';
      await this.callee.done;
    } catch (error) {
      const { status } = error as { status?: number };
      if (status === undefined) throw error;
      this.result = `failed-${status}`;
      // An INVITE that was cancelled before it left its first time may never have arrived.
      if (this.callee.called) await this.callee.done;
    }
  }
}

const CANCELLED = Object.assign(new Error('cancelled'), { status: 487 });

class Callee implements Side {
  result: string | undefined;
  talked = false;
  called = false;
  onAnswer: () => void = () => undefined;
  onPrack: () => void = () => undefined;
  readonly talking: Promise<Talk>;
  readonly done: Promise<void>;
  private began!: (talk: Talk) => void;
  private finished!: () => void;

  constructor(private readonly story: Story) {
    this.talking = new Promise((resolve) => (this.began = resolve));
    this.done = new Promise((resolve) => (this.finished = resolve));
  }

  async answer(app: App, req: Req, res: Res): Promise<void> {
    this.called = true;
    try {
      await new Promise<void>((resolve, reject) => {
        req.on('cancel', () => reject(CANCELLED));
        res.send(183, { headers: { Require: '100rel' }, body: SDP }, undefined, () => resolve());
      });
      this.onPrack();
      const answered = app.createUAS(req, res, { localSdp: SDP });
      this.onAnswer();
      const dialog = await answered;
      const talk = new Talk(dialog, SDP, () => Math.random() * 100);
      this.began(talk);
      await talk.over();
      this.talked = talk.reinvited;
      this.result = 'talk';
    } catch (error) {
      const { status } = error as { status?: number };
      // The CANCEL was answered by the engine before the app's response reached it.
      const late = String(error).includes('unknown transaction');
      this.result = `failed-${late ? 487 : (status ?? String(error))}`;
    }
    this.finished();
  }
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = deferred();
  setTimeout(resolve, ms);
  return promise;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
