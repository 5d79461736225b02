/**
 * `npx tsx test/srf-suite/run.ts --admin 127.0.0.1:9022 --sip 127.0.0.1:5070 --second-admin
 * 127.0.0.1:9032 --second-sip 127.0.0.1:5080 [--secret cymru] [--transport udp|tcp] [--only uas,uac]`:
 * drachtio-srf's own tests against two engines that run already, ours or real drachtio-servers.
 * Exit 1 when a check failed.
 */
import { parseArgs } from 'node:util';
import type { Edges } from './checkout';
import { SrfSuite } from './suite';

function edgesFrom(values: Record<string, string | undefined>): Edges {
  const { admin, sip, secret = 'cymru', transport = 'udp' } = values;
  const [secondAdmin, secondSip] = [values['second-admin'], values['second-sip']];
  if (!admin || !sip || !secondAdmin || !secondSip) {
    throw new Error('--admin, --sip, --second-admin and --second-sip are needed, as host:port');
  }
  if (transport !== 'udp' && transport !== 'tcp') throw new Error('--transport is udp or tcp');
  return { admin, sip, secondAdmin, secondSip, secret, transport };
}

async function main(): Promise<void> {
  const names = ['admin', 'sip', 'second-admin', 'second-sip', 'secret', 'transport', 'only'];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ options });
  const given = values as Record<string, string | undefined>;
  const suite = new SrfSuite(edgesFrom(given));
  let [ok, notOk] = [0, 0];
  try {
    for (const file of given['only']?.split(',') ?? suite.files()) {
      const result = await suite.run(file);
      ok += result.ok.length;
      notOk += result.notOk.length + (result.complete ? 0 : 1);
      const end = result.complete ? '' : ', did not finish';
      const failed = result.notOk.map((name) => `\n   not ok: ${name}`).join('');
      const counts = `${result.ok.length} ok, ${result.notOk.length} not ok${end}`;
      process.stdout.write(`${file}: ${counts}, ${result.seconds.toFixed(1)} s${failed}\n`);
    }
  } finally {
    await suite.close();
  }
  process.stdout.write(`${ok} ok, ${notOk} not ok\n`);
  process.exitCode = notOk === 0 ? 0 : 1;
}

void main();
