/**
 * Two people signed in on our own https address, each with a phone in the page: JsSIP registers at `/sip` of the same
 * origin by the session's cookie, they call each other and hear each other. Behind the door is the edge with the
 * example app of forty lines, which lets their SDP through.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Browser, Page } from 'playwright-core';
import { listenOn, type Listening } from '../../src/http/listen';
import { KeptCertificate } from '../../src/http/tls/kept-certificate';
import { startExchange, type Exchange } from '../support/exchange';
import { PASSWORD, startHttp, type TestHttp } from '../support/http';
import { needs } from '../support/needs';
import { waitFor } from '../support/wait';
import { happened, hears, phonePage, startChromium, type PagePhone } from './chromium';

declare const phone: PagePhone;

needs('chromium', 'openssl')('two people signed in', () => {
  let folder: string;
  let exchange: Exchange;
  let http: TestHttp;
  let certificate: KeptCertificate;
  let listening: Listening;
  let browser: Browser;
  const https = () => listening.addresses[0] ?? '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openline-pages-'));
    exchange = await startExchange();
    http = startHttp({ passages: { secret: exchange.mediaSecret } });
    http.clock.now = Date.now();
    http.passages.listensAt(`ws/127.0.0.1:${exchange.port('ws')}`);
    const html = phonePage();
    // Served by the server itself: what is put in its place by a test is of no address to a browser.
    http.app.get('/desk', (_request, reply) =>
      reply.header('content-security-policy', '').type('text/html').send(html),
    );
    certificate = await KeptCertificate.open({
      ...{ files: null, folder, now: Date.now, onBad: () => undefined },
      log: pino({ level: 'silent' }),
    });
    const place = { host: '127.0.0.1', port: 0, secure: true } as const;
    listening = await listenOn(http.app, [place], { certificate });
    browser = await startChromium();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    certificate?.close();
    await listening?.close();
    await http?.close();
    await exchange?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  /** Of our origin, in a browser of its own; its cookie is the server's. */
  async function open(user: string | null, origin = https()): Promise<Page> {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    await page.goto(`${origin}/desk`);
    if (user === null) return page;
    const status = await page.evaluate(
      async (body) =>
        (await fetch('/api/session', { ...body, headers: { 'content-type': 'application/json' } }))
          .status,
      { method: 'POST', body: JSON.stringify({ user, password: PASSWORD }) },
    );
    expect(status).toBe(200);
    return page;
  }

  const register = (page: Page, user: string, hz: number) =>
    page.evaluate((options) => phone.register(options), {
      ...{ url: `${https().replace('https', 'wss')}/sip`, user, hz },
      password: exchange.password,
    });

  test('register by the cookie, call each other, and hear each other; who signs out is cut off', async () => {
    const [ann, ben] = [await open('wang'), await open('chen')];
    await register(ann, 'ann', 1000);
    await register(ben, 'ben', 600);
    await Promise.all([happened(ann, 'registered'), happened(ben, 'registered')]);
    expect(http.passages.count).toBe(2);
    await ann.evaluate(() => phone.call('ben'));
    await happened(ben, 'rings');
    await happened(ann, 'confirmed');
    await Promise.all([hears(ann, 600), hears(ben, 1000)]);
    await ann.evaluate(() => phone.hangUp());
    await happened(ben, 'ended');
    const plan = http.live.plan();
    plan.people.splice(0, plan.people.length, ...plan.people.filter(({ id }) => id !== 'chen'));
    http.passages.review();
    await waitFor('the end of the connection', () => http.passages.count === 1);
    await ann.evaluate(() => phone.call('ben'));
    await happened(ann, 'failed');
  }, 90_000);

  test('without a session, and from a page of another origin, nobody registers', async () => {
    for (const [user, origin] of [
      [null, https()],
      ['wang', https().replace('127.0.0.1', 'localhost')],
    ] as const) {
      const page = await open(user, origin);
      await register(page, 'eve', 500);
      await happened(page, 'disconnected');
      expect(await page.evaluate(() => phone.events)).not.toContain('registered');
      await page.close();
    }
  }, 60_000);
});
