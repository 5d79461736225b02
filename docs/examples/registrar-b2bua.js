// A registrar and a telephone exchange in forty lines of drachtio-srf: phones register with digest, by
// whatever transport, and call each other by name; who speaks what to whom is between the two phones.
const { createHash, randomUUID } = require('node:crypto');
const Srf = require('drachtio-srf');

const {
  DRACHTIO_PORT = 9022,
  DRACHTIO_SECRET,
  REALM = 'openline',
  PASSWORD = 'secret',
} = process.env;
const srf = new Srf();
const nonce = randomUUID();
const contacts = new Map(); // user -> the URI at which his phone wants to be called
const md5 = (text) => createHash('md5').update(text).digest('hex');
const userOf = (text) => /sips?:([^@;>]+)@/.exec(text)?.[1] ?? '';

function knowsPassword(credentials, method) {
  const of = (name) => new RegExp(`[ ,]${name}="?([^",]*)`).exec(credentials)?.[1] ?? '';
  const [ha1, ha2] = [md5(`${of('username')}:${REALM}:${PASSWORD}`), md5(`${method}:${of('uri')}`)];
  const middle = of('qop') ? `${nonce}:${of('nc')}:${of('cnonce')}:${of('qop')}` : nonce;
  return of('response') === md5(`${ha1}:${middle}:${ha2}`);
}

srf.register((req, res) => {
  if (!knowsPassword(req.get('Authorization') ?? '', 'REGISTER')) {
    const challenge = `Digest realm="${REALM}", nonce="${nonce}", algorithm=MD5, qop="auth"`;
    return res.send(401, { headers: { 'WWW-Authenticate': challenge } });
  }
  contacts.set(userOf(req.get('To')), /<(.*?)>/.exec(req.get('Contact'))?.[1]);
  res.send(200, { headers: { Contact: `${req.get('Contact').split(',')[0]}`, Expires: '60' } });
});

srf.invite(async (req, res) => {
  const contact = contacts.get(userOf(req.uri));
  if (!contact) return res.send(404);
  try {
    const { uas, uac } = await srf.createB2BUA(req, res, contact, { localSdpB: req.body });
    for (const [one, other] of [
      [uas, uac],
      [uac, uas],
    ])
      one.on('destroy', () => other.destroy());
  } catch (error) {
    if (!res.finalResponseSent) res.send(error.status ?? 480);
  }
});

srf.on('connect', (error, hostport) =>
  console.log(error ? `refused: ${error}` : `ready: ${hostport}`),
);
srf.connect({ host: '127.0.0.1', port: Number(DRACHTIO_PORT), secret: DRACHTIO_SECRET });
