import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { likeness } from '../../support/prompt-heard';
import { TonePhone } from '../../support/tone-phone';
import { waitFor } from '../../support/wait';
import { Phone } from '../support/phone';
import {
  planWith,
  startEdge,
  startTestApp,
  type Edge,
  type EdgeOptions,
  type TestApp,
} from './support';

interface Place {
  dataDir: string;
  logged: string[];
  edge: Edge;
  caller: Phone;
  ear: TonePhone;
}

type Story = (here: LeftAlone) => Promise<unknown>;

/** A test in a place of its own, which is closed however it went. */
export const testLeftAlone = (name: string, story: Story) => test(name, inItsPlace(story));

/** As `testLeftAlone`, for who listens to all that is said: beside all others of its kind. */
export const testHeardOut = (name: string, story: Story) =>
  test.concurrent(name, inItsPlace(story), 40_000);

const inItsPlace = (story: Story) => async (): Promise<void> => {
  const here = await LeftAlone.open();
  try {
    await story(here);
  } finally {
    await here.close();
  }
};

/** An edge, an app of it that comes and goes, and a caller with an ear. */
export class LeftAlone {
  private app: TestApp | undefined;

  private constructor(private readonly place: Place) {}

  /** Its edge waits 400 ms for an app to answer a caller, and 500 ms for one to take the call of a fallen one. */
  static async open(): Promise<LeftAlone> {
    const dataDir = mkdtempSync(join(tmpdir(), 'openline-alone-'));
    const logged: string[] = [];
    const log = pino({}, { write: (line: string) => void logged.push(line) });
    return new LeftAlone({
      ...{ dataDir, logged },
      edge: await startEdge({ dataDir, waitForAppMs: 400, graceMs: 500, log }),
      caller: await Phone.udp(),
      ear: await TonePhone.open({ tone: 1000 }),
    });
  }

  get edge(): Edge {
    return this.place.edge;
  }

  get caller(): Phone {
    return this.place.caller;
  }

  get ear(): TonePhone {
    return this.place.ear;
  }

  /** Lines of the log of its first edge. */
  get logged(): readonly string[] {
    return this.place.logged;
  }

  async close(): Promise<void> {
    this.ear.close();
    this.caller.close();
    this.app?.close();
    await this.edge.close();
    rmSync(this.place.dataDir, { recursive: true, force: true });
  }

  /** The next edge, with what the one before left on disk. */
  async restarts(options: Omit<EdgeOptions, 'dataDir'>): Promise<void> {
    await this.edge.close();
    this.place.edge = await startEdge({ ...options, dataDir: this.place.dataDir });
  }

  /** Another one, at a port of his own. */
  async anotherCalls(): Promise<void> {
    this.caller.close();
    this.place.caller = await Phone.udp();
  }

  async come(plan = planWith(5190), line = '"400"'): Promise<TestApp> {
    this.app = await startTestApp(this.edge, { plan });
    // The list of hotlines is told over control, which may be later than this.
    await waitFor('the hotlines to be on disk', () => this.onDisk('hotlines.json').includes(line));
    return this.app;
  }

  async go(): Promise<void> {
    this.app?.close();
    this.app = undefined;
    await waitFor('the app to be gone', () => this.edge.signalling.load().apps === 0);
  }

  callersOnDisk(): string {
    return this.onDisk('callers.jsonl');
  }

  private onDisk(file: string): string {
    try {
      return readFileSync(join(this.place.dataDir, file), 'utf8');
    } catch {
      return '';
    }
  }

  invite(more: { headers?: string[]; uri?: string; body?: string } = {}) {
    return this.caller.ask(this.edge.udpPort, { method: 'INVITE', body: this.ear.sdp(), ...more });
  }

  /** He is answered by the edge, and hears something. */
  async answered(headers: string[] = []): Promise<string> {
    this.invite({ headers });
    await this.caller.response(180);
    const ok = await this.caller.response(200, 'INVITE');
    const toTag = ok.toTag as string;
    this.caller.ask(this.edge.udpPort, { method: 'ACK', toTag });
    this.ear.talkTo(ok.body);
    return toTag;
  }

  async hearsItToItsEnd(prompts: string[]): Promise<void> {
    const isBye = ({ method }: { method: string }) => method === 'BYE';
    const bye = await this.caller.got.next('our BYE', isBye, { deadlineMs: 20_000 });
    expect(bye.get('reason')).toContain('Announcement over');
    this.caller.answer(bye, 200);
    for (const prompt of prompts)
      expect(likeness(this.ear.heard, { language: 'en', prompt })).toBeGreaterThan(0.95);
  }
}
