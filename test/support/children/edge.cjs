/** An edge that listens nowhere: it reports port 5071, 9031, 9032 where any was asked for, and 1266 streams. */
const given = (listen, port) => listen.replace(/:0$/, `:${port}`);

require('./child.cjs')('edge', (env) => ({
  event: 'edge-listening',
  sip: env.SIP_LISTEN === 'off' ? [] : env.SIP_LISTEN.split(',').map((one) => given(one, 5071)),
  drachtio: env.SIP_LISTEN === 'off' ? null : given(env.DRACHTIO_LISTEN, 9031),
  control: given(env.MEDIA_LISTEN, 9032),
  maxStreams: Number(env.MEDIA_MAX_STREAMS || 1266),
  secrets: [env.DRACHTIO_SECRET, env.MEDIA_SECRET],
}));
