import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { bundledJsSip } from '../support/exchange';
import { waitFor } from '../support/wait';

/** Of the machine only: nothing is looked for outside, and no certificate is anybody's business. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
  '--ignore-certificate-errors',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** What page-phone.js puts into the page. */
export interface PagePhone {
  events: string[];
  heardHz(): number;
  register(options: { url: string; user: string; password: string; hz: number }): void;
  call(target: string): void;
  hangUp(): void;
}
declare const phone: PagePhone;

export const startChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });

/** A page with the phone and its JsSIP. */
export function phonePage(): string {
  const script = readFileSync(join(__dirname, 'page-phone.js'), 'utf8');
  return `<!doctype html><title>phone</title><script>${bundledJsSip()}</script><script>${script}</script>`;
}

export const happened = (page: Page, event: string, times = 1) =>
  waitFor(`${event}, ${times} times`, () =>
    page.evaluate(
      ({ event: wanted, times: n }) =>
        phone.events.filter((one) => one.startsWith(wanted)).length >= n,
      { event, times },
    ),
  );

export const hears = (page: Page, hz: number) =>
  waitFor(`${hz} Hz`, async () => {
    const heard = await page.evaluate(() => phone.heardHz());
    return Math.abs(heard - hz) < 24;
  });
