// The app behind the bench of the SIP engine: answers every INVITE at once, as the comparison's did.
const Srf = require('drachtio-srf');

const sdp = [
  ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
  ...['m=audio 9 RTP/AVP 8', ''],
].join('\r\n');

const srf = new Srf();
srf.invite((req, res) => {
  srf.createUAS(req, res, { localSdp: sdp }).then(
    (dialog) => dialog.on('destroy', () => undefined),
    // A caller who gave up meanwhile; sipp counts him.
    () => undefined,
  );
});
srf.on('error', () => undefined);
srf.on('connect', () => console.log('ready'));
srf.connect({
  host: '127.0.0.1',
  port: Number(process.env.DRACHTIO_PORT),
  secret: process.env.DRACHTIO_SECRET,
});
