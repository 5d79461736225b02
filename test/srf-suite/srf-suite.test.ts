import { RFC_TIMING } from '../../sip/transaction/timing';
import { startEngine, SECRET, type Engine } from '../sip/support/engine';
import { needs } from '../support/needs';
import { SrfSuite } from './suite';

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

/** The slowest file waits 32 s for an ACK that never comes, and more. */
const FILE_MS = 220_000;

needs('sipp')("drachtio-srf's own tests", () => {
  describe.each(['udp', 'tcp'] as const)('over %s', (transport) => {
    let first: Engine;
    let second: Engine;
    let suite: SrfSuite;

    beforeAll(async () => {
      const options = { sip: [{ protocol: transport, host: '127.0.0.1', port: 0 }] };
      first = await startEngine({ ...options, timing: RFC_TIMING });
      second = await startEngine({ ...options, timing: RFC_TIMING });
      suite = new SrfSuite({
        ...{ transport, secret: SECRET },
        ...{ admin: admin(first), sip: sip(first) },
        ...{ secondAdmin: admin(second), secondSip: sip(second) },
      });
    });

    afterAll(async () => {
      await suite.close();
      await first.close();
      await second.close();
    });

    test.each(CHECKS.filter(([file]) => transport === 'udp' || file !== ONLY_UDP))(
      '%s: %i checks are ok',
      async (file, checks) => {
        const result = await suite.run(file);
        expect(result.notOk).toEqual([]);
        // The output says more than the number when one is missing.
        if (result.ok.length !== checks || !result.complete) throw new Error(result.tap);
      },
      FILE_MS,
    );

    test('these, with what only UDP can do, are all the files of the suite, with 77 checks', () => {
      expect(CHECKS.map(([file]) => file)).toEqual(suite.files());
      expect(CHECKS.reduce((sum, [, checks]) => sum + checks, 0)).toBe(77);
    });
  });
});

function admin({ drachtio }: Engine): string {
  return `${drachtio.host}:${drachtio.port}`;
}

function sip(engine: Engine): string {
  return (engine.sip[0] as string).replace(/^\w+:\/\//, '');
}
