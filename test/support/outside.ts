/**
 * Tests on a drachtio-server that runs already: where `DRACHTIO_HOST` names one, signalling is its business and
 * only media is ours, as in docker-compose.yml; so for the telephony tests, and for the stories of the product.
 * Tests of what it cannot do (dialogs that outlive an app, answers without one, blocked digests) are `onlyOurs`
 * (needs.ts). See docs/operations.md.
 */
export interface OutsideServer {
  drachtio: { host: string; port: number };
  secret: string;
  sipPort: number;
}

/** Null: the tests start an edge of their own, signalling and all. Throws when the secret is missing. */
export function outsideServer(env: NodeJS.ProcessEnv = process.env): OutsideServer | null {
  const { DRACHTIO_HOST: host, DRACHTIO_SECRET: secret } = env;
  if (!host) return null;
  if (!secret) throw new Error('DRACHTIO_HOST is set and DRACHTIO_SECRET is not');
  const port = Number(env['DRACHTIO_PORT'] ?? 9022);
  return { drachtio: { host, port }, secret, sipPort: Number(env['DRACHTIO_SIP_PORT'] ?? 5060) };
}
