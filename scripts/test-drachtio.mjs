/**
 * `npm run test:drachtio`: the telephony tests, and the stories of the started product, against the
 * drachtio-server that DRACHTIO_HOST names (docs/operations.md). One file at a time, because all of them are
 * the same app to it. Arguments are jest's.
 */
import { spawnSync } from 'node:child_process';

if (!process.env.DRACHTIO_HOST || !process.env.DRACHTIO_SECRET) {
  console.error(
    'set DRACHTIO_HOST and DRACHTIO_SECRET (and DRACHTIO_PORT, DRACHTIO_SIP_PORT) first',
  );
  process.exit(1);
}
const leftOut = [
  // Survival is ours alone: what happens while the app is away, or its connection is cut.
  'telephony/(alone|cut|hundred-cuts|outside)\\.test',
  'peers/.*(away|killed|stopped).*\\.test',
  // They bring a certificate for the listener of TLS, or look at the edge alone.
  'peers/(tls-phone|encrypted-phone|media-.*|forty-lines|fifty-calls)\\.test',
];
// Its timers are those of RFC 3261, not the short ones of our tests: it waits 32 s for a silent phone.
const jest = ['jest', '--runInBand', '--testTimeout=60000', 'test/sip/telephony', 'test/peers'];
jest.push(...leftOut.flatMap((pattern) => ['--testPathIgnorePatterns', pattern]));
const { status } = spawnSync('npx', [...jest, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
