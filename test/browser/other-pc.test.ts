/**
 * A second PC's browser reaches the product: Chromium in a network of its own opens the address that `npx openline doctor`
 * names, over the certificate that the product made itself: refused first, then looked at and gone past as its user does,
 * then trusted. There the page has its microphone, push, and a phone that registers.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { openline } from '../support/command';
import { bundledJsSip } from '../support/exchange';
import { needs, needsNetworks } from '../support/needs';
import { OtherPc } from '../support/other-pc';
import { emptyPlan } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { Seen } from '../support/wait';
import { happened, type PagePhone } from './chromium';

declare const phone: PagePhone;
/** What other-pc-page.js puts into the page. */
declare const pc: {
  signIn(user: string, password: string): Promise<number>;
  firstPush(): Promise<string>;
  microphones(): Promise<number>;
};

/** A browser as it is bought, but that nobody is there to answer for the microphone. Certificates are looked at. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  ...['--autoplay-policy=no-user-gesture-required'],
];

const PASSWORD = 'change-me';

needs(
  'chromium',
  'ip',
  'certutil',
)('with outside programs', () => {
  needsNetworks('a second PC', () => {
    let other: OtherPc | undefined;
    let product: Product | undefined;
    let browser: Browser | undefined;
    /** As the doctor tells them. */
    let told: { address: string; fingerprint: string };

    beforeAll(async () => {
      other = new OtherPc();
      const env = {
        HTTP_LISTEN: 'http://127.0.0.1:0,https://0.0.0.0:0',
        SIP_LISTEN: 'udp://127.0.0.1:0,tcp://127.0.0.1:0,ws://127.0.0.1:0',
      };
      product = await startProduct({ env });
      await product.apply({
        ...emptyPlan(),
        people: [
          {
            ...{ id: 'wang', name: '王芳', post: 'telemarketer', store: 'bj01' },
            ...{ password: PASSWORD, queues: ['sales'] },
          },
        ],
        phones: [{ id: '8001', kind: 'register', person: 'wang', password: 'secret' }],
      });
      told = await toldByDoctor(product, other.ours);
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      await product?.stop();
      other?.close();
    }, 60_000);

    async function start(at: OtherPc): Promise<Browser> {
      await browser?.close();
      browser = await chromium.launch({
        executablePath: at.programFile('/usr/bin/chromium'),
        env: { PATH: process.env['PATH'] ?? '', HOME: at.home, LANG: 'en_US.UTF-8' },
        args: FLAGS,
      });
      return browser;
    }

    test('is asked about our own certificate, sees the fingerprint that the doctor tells, and goes on', async () => {
      const page = await (await start(other!)).newPage();
      await expect(page.goto(told.address)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
      // Its warning is a page of its own, which comes after that.
      await page.locator('#details-button').waitFor();
      const { fingerprint } = told;
      expect(await shownIn(page)).toEqual({ state: 'insecure-broken', fingerprint });
      await page.click('#details-button');
      await page.click('#proceed-link');
      await page.waitForURL(told.address);
      await page.locator('#ready.ok').waitFor();
      expect(await page.evaluate("isSecureContext && 'mediaDevices' in navigator")).toBe(true);
    }, 60_000);

    test('is asked nothing once the certificate is installed there, and has page, microphone, push and phone', async () => {
      trust(other!, join(product!.dataDir, 'tls', 'certificate.pem'));
      const page = await (await start(other!)).newPage();
      await page.goto(told.address);
      expect((await shownIn(page)).state).toBe('secure');
      expect(await page.evaluate('isSecureContext')).toBe(true);
      await page.locator('#ready.ok').waitFor();
      for (const line of ['#reached', '#connection', '#microphone'])
        expect(await page.locator(line).getAttribute('class')).toBe('ok');

      await page.evaluate(script('other-pc-page.js'));
      expect(await page.evaluate((password) => pc.signIn('wang', password), PASSWORD)).toBe(200);
      expect(await page.evaluate(() => pc.firstPush())).toBe('snapshot');
      expect(await page.evaluate(() => pc.microphones())).toBe(1);

      await page.evaluate(`${bundledJsSip()}; window.JsSIP = JsSIP`);
      await page.evaluate(script('page-phone.js'));
      await page.evaluate(
        (url) => phone.register({ url, user: '8001', password: 'secret', hz: 500 }),
        `${told.address.replace('https', 'wss')}sip`,
      );
      await happened(page, 'registered');
    }, 60_000);

    test('has no other way: what is served on loopback alone is not reached from there', async () => {
      const port = new URL(product!.http).port;
      const page = await browser!.newPage();
      await expect(page.goto(`http://${other!.ours}:${port}/`)).rejects.toThrow(
        'ERR_CONNECTION_REFUSED',
      );
    }, 30_000);
  });
});

const script = (name: string): string => readFileSync(join(__dirname, name), 'utf8');

async function toldByDoctor(product: Product, ours: string) {
  const { out } = await openline(product, 'doctor');
  const address = (/other PCs: Type (.*) there/.exec(out)?.[1] ?? '')
    .split(' ')
    .find((one) => one.startsWith(`https://${ours}:`));
  const fingerprint = /fingerprint is ([\dA-F:]{95})/.exec(out)?.[1];
  if (address === undefined || fingerprint === undefined) throw new Error(out);
  return { address, fingerprint };
}

/** Of the DevTools protocol, as far as it is looked at. */
interface SecurityState {
  visibleSecurityState: {
    securityState: string;
    certificateSecurityState?: { certificate: string[] };
  };
}

/** What the browser's own window about the connection says: its state, and SHA-256 of the certificate. */
async function shownIn(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  const seen = new Seen<SecurityState>();
  devtools.on('Security.visibleSecurityStateChanged', (payload) => seen.add(payload));
  await devtools.send('Security.enable');
  const { visibleSecurityState: shown } = await seen.next(
    'a certificate',
    ({ visibleSecurityState: state }) => state.certificateSecurityState !== undefined,
  );
  const [first = ''] = shown.certificateSecurityState?.certificate ?? [];
  const hash = createHash('sha256').update(Buffer.from(first, 'base64')).digest('hex');
  return { state: shown.securityState, fingerprint: hash.toUpperCase().replace(/..(?=.)/g, '$&:') };
}

/** As docs/operations.md says it for Linux. */
function trust({ home }: OtherPc, certificate: string): void {
  const store = join(home, '.pki/nssdb');
  mkdirSync(store, { recursive: true });
  const certutil = (...words: string[]) =>
    execFileSync('certutil', ['-d', `sql:${store}`, ...words]);
  certutil('-N', '--empty-password');
  certutil('-A', '-t', 'P,,', '-n', 'openline', '-i', certificate);
}
