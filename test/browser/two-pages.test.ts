/**
 * Two pages in Chromium with JsSIP at the example app of forty lines: each registers over WSS with digest,
 * calls the other and is called by it, and hears the other's tone. Their SDP passes through untouched.
 */
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { startExchange, type Exchange } from '../support/exchange';
import { needs } from '../support/needs';
import { waitFor } from '../support/wait';
import { happened, hears, phonePage, startChromium, type PagePhone } from './chromium';

declare const phone: PagePhone;

needs('chromium', 'openssl')('two pages', () => {
  let exchange: Exchange;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    exchange = await startExchange();
    server = await serve(exchange, phonePage());
    browser = await startChromium();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    server?.closeAllConnections();
    await exchange?.stop();
  }, 30_000);

  async function open(user: string, hz: number, password = exchange.password): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const url = `wss://127.0.0.1:${exchange.port('wss')}`;
    await page.evaluate((options) => phone.register(options), { url, user, password, hz });
    return page;
  }

  test('register, call each other, hear each other, and hang up from either side', async () => {
    const [ann, ben] = [await open('ann', 1000), await open('ben', 600)];
    await happened(ann, 'registered');
    await happened(ben, 'registered');

    await ann.evaluate(() => phone.call('ben'));
    await happened(ben, 'rings');
    await happened(ann, 'confirmed');
    await Promise.all([hears(ann, 600), hears(ben, 1000)]);
    await ann.evaluate(() => phone.hangUp());
    await happened(ben, 'ended');

    await ben.evaluate(() => phone.call('ann'));
    await happened(ann, 'rings');
    await happened(ben, 'confirmed', 2);
    await Promise.all([hears(ann, 600), hears(ben, 1000)]);
    await ann.evaluate(() => phone.hangUp());
    await happened(ben, 'ended', 2);

    // Closed, a page has no connection: who calls it is told so at once, not after 32 s.
    await ann.close();
    const since = performance.now();
    await ben.evaluate(() => phone.call('ann'));
    await waitFor('the refusal', () =>
      ben.evaluate(() => phone.events.some((event) => event.startsWith('failed'))),
    );
    expect(performance.now() - since).toBeLessThan(5000);
    await ben.close();
  }, 90_000);

  test('a wrong password is not let in', async () => {
    const page = await open('eve', 500, 'guessed');
    await waitFor('the refusal', () =>
      page.evaluate(() => phone.events.some((event) => event.startsWith('refused'))),
    );
    expect(await page.evaluate(() => phone.events)).not.toContain('registered');
    await page.close();
  }, 30_000);
});

/** Browsers give a microphone, and WSS of a self-made certificate, to https pages only. */
async function serve({ certificate }: Exchange, page: string): Promise<Server> {
  const files = { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) };
  const server = createServer(files, (_req, res) => {
    res.setHeader('content-type', 'text/html; charset=utf-8');
    res.end(page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
