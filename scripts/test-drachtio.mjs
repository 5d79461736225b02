/**
 * `npm run test:drachtio`: the telephony tests, and the stories of the started product, against the
 * drachtio-server that DRACHTIO_HOST names (docs/operations.md). One file at a time, because all of them are
 * the same app to it. Arguments are jest's; with `--shard=1/2` and `--shard=2/2` two servers share the files.
 */
import { spawnSync } from 'node:child_process';

if (!process.env.DRACHTIO_HOST || !process.env.DRACHTIO_SECRET) {
  console.error(
    'set DRACHTIO_HOST and DRACHTIO_SECRET (and DRACHTIO_PORT, DRACHTIO_SIP_PORT) first',
  );
  process.exit(1);
}
/** Single tests of other files are `onlyOurs` (test/support/needs.ts), each with its reason there. */
const leftOut = [
  [
    'telephony/(alone|cut|hundred-cuts)\\.test',
    'survival: what the edge does while the app is away, or its connection is cut',
  ],
  [
    'peers/.*(away|killed|stopped).*\\.test',
    'survival: calls outlive a process, which those of a drachtio-server do not',
  ],
  ['telephony/outside\\.test', 'sets DRACHTIO_HOST itself, to an edge of ours'],
  [
    'peers/(tls-phone|encrypted-phone)\\.test',
    'they bring the certificate of the TLS listener, which the server has of its own',
  ],
  ['peers/(media-(one|two).*|forty-lines|demo)\\.test', 'they look at an edge of their own'],
];
for (const [pattern, reason] of leftOut) console.log(`left out: ${pattern}: ${reason}`);
// Its timers are those of RFC 3261, not the short ones of our tests: it waits 32 s for a silent phone.
const jest = ['jest', '--runInBand', '--testTimeout=60000', 'test/sip/telephony', 'test/peers'];
jest.push(...leftOut.flatMap(([pattern]) => ['--testPathIgnorePatterns', pattern]));
const { status } = spawnSync('npx', [...jest, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
