import { RFC_TIMING } from '../../sip/transaction/timing';
import { startEngine, SECRET, type Engine } from '../sip/support/engine';
import { needs } from '../support/needs';
import { SrfSuite, type FileResult } from './suite';

/**
 * drachtio-srf's own tests on our engine. Some of its checks pass inside an event handler, so one that
 * is never reached is no failure in TAP: the number of checks of each file is asserted too. It is
 * what the real drachtio-server reaches with the same package.
 */
const CHECKS: [file: string, checks: number][] = [
  ['b2b', 19],
  ['reinvite-tests', 1],
  ['uac', 19],
  ['uas', 8],
  ['proxy', 2],
  ['utils', 27],
  ['refer', 1],
];

/** Its callers drop a 200 to have it repeated, which nobody does over TCP. */
const ONLY_UDP = 'uas';

const TRANSPORTS = ['udp', 'tcp'] as const;
type Transport = (typeof TRANSPORTS)[number];

const overAll = CHECKS.map(([file]) => file).filter((file) => file !== ONLY_UDP);

/**
 * Most of what a file takes are its timers: what stands here runs at a time, each with two engines and an answering side
 * of its own.
 */
const LANES: { transport: Transport; files: string[] }[] = [
  { transport: 'udp', files: overAll },
  { transport: 'udp', files: [ONLY_UDP] },
  { transport: 'tcp', files: overAll },
];

/** The slowest file waits 32 s for an ACK that never comes, and more. */
const FILE_MS = 220_000;

needs('sipp')("drachtio-srf's own tests", () => {
  const lanes: Lane[] = [];

  beforeAll(async () => {
    for (const [i, { transport, files }] of LANES.entries())
      lanes.push(await Lane.open(transport, files, `127.29.${i}`));
  });

  afterAll(() => Promise.all(lanes.map((lane) => lane.close())), FILE_MS);

  describe.each(TRANSPORTS)('over %s', (transport) => {
    test.each(CHECKS.filter(([file]) => transport === 'udp' || file !== ONLY_UDP))(
      '%s: %i checks are ok',
      async (file, checks) => {
        const lane = lanes.find((one) => one.transport === transport && one.results.has(file));
        const result = (await lane?.results.get(file)) as FileResult;
        expect(result.notOk).toEqual([]);
        // The output says more than the number when one is missing.
        if (result.ok.length !== checks || !result.complete) throw new Error(result.tap);
      },
      FILE_MS,
    );

    test('these, with what only UDP can do, are all the files of the suite, with 77 checks', () => {
      expect(CHECKS.map(([file]) => file)).toEqual(lanes[0]?.suite.files());
      expect(CHECKS.reduce((sum, [, checks]) => sum + checks, 0)).toBe(77);
    });
  });
});

/** Files that run one after the other. */
class Lane {
  readonly results = new Map<string, Promise<FileResult>>();
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly transport: Transport,
    readonly suite: SrfSuite,
    private readonly engines: readonly Engine[],
  ) {}

  static async open(transport: Transport, files: string[], subnet: string): Promise<Lane> {
    const sip = [{ protocol: transport, host: '127.0.0.1', port: 0 }];
    const first = await startEngine({ sip, timing: RFC_TIMING });
    const second = await startEngine({ sip, timing: RFC_TIMING });
    const edges = {
      ...{ transport, secret: SECRET, admin: admin(first), sip: sipOf(first) },
      ...{ secondAdmin: admin(second), secondSip: sipOf(second) },
    };
    const lane = new Lane(transport, new SrfSuite(edges, subnet), [first, second]);
    for (const file of files) {
      const result = lane.last.then(() => lane.suite.run(file));
      // Judged when its turn comes; the next one runs whatever came of it.
      lane.last = result.catch(() => undefined);
      lane.results.set(file, result);
    }
    return lane;
  }

  async close(): Promise<void> {
    await this.last;
    await this.suite.close();
    for (const engine of this.engines) await engine.close();
  }
}

function admin({ drachtio }: Engine): string {
  return `${drachtio.host}:${drachtio.port}`;
}

function sipOf(engine: Engine): string {
  return (engine.sip[0] as string).replace(/^\w+:\/\//, '');
}
