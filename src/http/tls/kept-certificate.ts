/**
 * The certificate of our https addresses, kept current while the app runs: files that were renewed are taken without
 * a restart, files that are wrong change nothing, and where there are none ours is renewed before it ends.
 *
 *     given files --changed, good--> taken        ours --ends soon, a new address--> another
 *          `-------changed, bad, still so at the next look--> told once, the old one stays
 */
import { X509Certificate } from 'node:crypto';
import type { Logger } from 'pino';
import {
  triedCertificate,
  type CertificateFiles,
  type CertificateText,
} from '../../certificate-files';
import { machineNames, type MachineNames } from './machine-names';
import { ownCertificate } from './own-certificate';

/** Somebody who renews a certificate looks for it at once. */
const LOOK_MS = 10_000;

export interface CertificateOptions {
  /** HTTP_TLS_CERT and HTTP_TLS_KEY; null: we make our own. */
  files: CertificateFiles | null;
  /** Where ours lies. */
  folder: string;
  /** The files are no certificate with its key; told once for what is in them. */
  onBad: (detail: string) => void;
  log: Logger;
  now: () => number;
  /** As the machine has them, unless a test has its own. */
  names?: () => MachineNames;
  /** Ten seconds unless a test is in a hurry. */
  lookMs?: number;
}

export class KeptCertificate {
  #current: CertificateText;
  /** Somebody gave it to us; ours is known to nobody. */
  #isGiven: boolean;
  #suspect = '';
  #told = '';
  readonly #listeners = new Set<(certificate: CertificateText) => void>();
  readonly #timer: NodeJS.Timeout;

  private constructor(
    private readonly options: CertificateOptions,
    current: CertificateText,
    isGiven: boolean,
    told = '',
  ) {
    this.#told = told;
    this.#current = current;
    this.#isGiven = isGiven;
    this.#timer = setInterval(() => void this.look(), options.lookMs ?? LOOK_MS);
    this.#timer.unref();
    this.#tell();
  }

  /** Files that are wrong do not keep us from answering calls: then ours is taken, and it is an alarm. */
  static async open(options: CertificateOptions): Promise<KeptCertificate> {
    const { files, onBad, folder, now, names = machineNames } = options;
    const given = files === null ? { problem: '' } : triedCertificate(files, now());
    if (!('problem' in given)) return new KeptCertificate(options, given, true);
    if (files !== null) onBad(given.problem);
    const own = await ownCertificate(folder, names(), now());
    return new KeptCertificate(options, own, false, given.problem);
  }

  get current(): CertificateText {
    return this.#current;
  }

  get isGiven(): boolean {
    return this.#isGiven;
  }

  onChanged(listener: (certificate: CertificateText) => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What has become of the files, or of our names. */
  async look(): Promise<void> {
    const { files, folder, log, now, names = machineNames } = this.options;
    try {
      const given = files === null ? null : triedCertificate(files, now());
      if (given !== null && !('problem' in given)) return this.#take(given, true);
      if (given !== null) this.#doubt(given);
      if (!this.#isGiven) this.#take(await ownCertificate(folder, names(), now()), false);
    } catch (err) {
      log.error({ err }, 'the certificate cannot be renewed');
    }
  }

  /** Two files are not renewed in one moment: wrong is what is still so at the next look. */
  #doubt({ problem }: { problem: string }): void {
    if (this.#suspect === problem && this.#told !== problem) {
      this.#told = problem;
      this.options.onBad(problem);
    }
    this.#suspect = problem;
  }

  #take(certificate: CertificateText, isGiven: boolean): void {
    if (isGiven) this.#suspect = this.#told = '';
    const { cert, key } = this.#current;
    if (cert === certificate.cert && key === certificate.key) return;
    this.#current = certificate;
    this.#isGiven = isGiven;
    this.#tell();
    for (const listener of this.#listeners) listener(certificate);
  }

  #tell(): void {
    const { subjectAltName, validTo, fingerprint256 } = new X509Certificate(this.#current.cert);
    const facts = { given: this.#isGiven, names: subjectAltName, until: validTo, fingerprint256 };
    this.options.log.info(facts, 'https has this certificate');
  }
}
