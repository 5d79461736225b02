import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../support/wait';
import type { Answerer } from './checkout';

/** The sipp processes that the suite expects to find answering, each at its own address, port 5060. */
export class AnsweringSide {
  private readonly running = new Set<ChildProcess>();

  constructor(
    private readonly answerers: readonly Answerer[],
    private readonly folder: string,
    private readonly transport: 'udp' | 'tcp',
  ) {}

  /** Resolves when all of them listen; rejects with the one that does not. */
  async start(): Promise<void> {
    for (const answerer of this.answerers) this.run(answerer);
    for (const { name, address } of this.answerers) {
      await waitFor(`${name} to listen on ${address}:5060`, () => this.listens(address));
    }
  }

  async stop(): Promise<void> {
    const exits = [...this.running].map((child) => once(child, 'exit'));
    for (const child of this.running) child.kill('SIGKILL');
    await Promise.all(exits);
  }

  private run({ name, address, scenario }: Answerer): void {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const transport = this.transport === 'udp' ? 'u1' : 't1';
    const args = ['-sf', scenario, '-i', address, '-p', '5060', '-t', transport, '-nostdin'];
    const child = spawn('sipp', args, { cwd: this.folder, stdio: ['ignore', log, log] });
    closeSync(log);
    this.running.add(child);
    child.on('exit', () => this.running.delete(child));
  }

  /** Linux lists its sockets by address in hexadecimal, lowest byte first. */
  private listens(address: string): boolean {
    const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
    const wanted = `${bytes.reverse().join('')}:13C4`.toUpperCase();
    return readFileSync(`/proc/net/${this.transport}`, 'utf8').includes(` ${wanted} `);
  }
}
