/**
 * An app as a process of its own, so that it can be stopped and woken: it asks for the claim, then takes INVITEs,
 * which it refuses in its own name, and every 20 ms notes one more on a session of that name. Says on standard output what it has.
 *
 *     node --import tsx claiming-app.ts NAME CONTROL-PORT DRACHTIO-PORT
 */
import pino from 'pino';
import { connectControl } from '../../../sip/index';
import { makeSrf } from '../../../src/telephony/drachtio';
import { SECRET } from './engine';

const [name = '', control = '', drachtio = ''] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const client = connectControl({
  ...{ host: '127.0.0.1', port: Number(control), secret: 'm', app: 'cell:all' },
  ...{ claims: { above: 0 }, log: pino({ level: 'silent' }) },
});
client.on('refused', () => say('refused'));
client.on('lost', () => say('lost'));
client.once('connected', () => {
  const srf = makeSrf(['cell:all', `epoch:${client.epoch}`]);
  // Cut off, and refused when it comes back.
  srf.on('error', () => undefined);
  srf.on('connect', (error?: Error | null) =>
    say(error ? 'drachtio refused' : `active ${client.epoch}`),
  );
  srf.invite((_req, res) => res.send(486, { headers: { Subject: name } }));
  srf.connect({ host: '127.0.0.1', port: Number(drachtio), secret: SECRET });
});
let count = 0;
setInterval(() => {
  client.command('session.note', { session: name, note: String(++count) }).catch(() => undefined);
}, 20);
