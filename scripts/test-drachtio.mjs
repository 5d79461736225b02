/**
 * `npm run test:drachtio`: the telephony tests against the drachtio-server that DRACHTIO_HOST names
 * (docs/operations.md). One file at a time, because all of them are the same app to it.
 */
import { spawnSync } from 'node:child_process';

if (!process.env.DRACHTIO_HOST || !process.env.DRACHTIO_SECRET) {
  console.error(
    'set DRACHTIO_HOST and DRACHTIO_SECRET (and DRACHTIO_PORT, DRACHTIO_SIP_PORT) first',
  );
  process.exit(1);
}
// Survival is ours alone: what happens while the app is away, or its connection is cut.
const ours = 'telephony/(alone|cut|hundred-cuts|outside)\\.test';
// Its timers are those of RFC 3261, not the short ones of our tests: it waits 32 s for a silent phone.
const patience = '--testTimeout=60000';
const jest = ['jest', '--runInBand', patience, 'test/sip/telephony'];
jest.push('--testPathIgnorePatterns', ours);
const { status } = spawnSync('npx', [...jest, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
