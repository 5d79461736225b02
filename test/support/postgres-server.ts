/**
 * One PostgreSQL for a whole jest run, started when the first test file asks and stopped at the end.
 * Lives in jest's main process (global-setup.ts); test files talk to it through postgres.ts. The
 * server is the embedded one, or that of OPENLINE_TEST_DATABASE_URL.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type EmbeddedPostgres } from '../../src/launcher/postgres';
import { openDatabase } from '../../src/store/database';
import { migrate } from '../../src/store/migrating';

/** Nothing here must survive a crash, so nothing waits for the disk. */
const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

export interface TestServer {
  /** Where test files ask for databases. */
  url: string;
  stop(): Promise<void>;
}

/** Answers `POST /` with the URL of a fresh, migrated database and `DELETE /<name>` by dropping it. */
export async function serveDatabases(): Promise<TestServer> {
  const databases = new Databases();
  const server = createServer((request, response) => {
    const work =
      request.method === 'POST'
        ? databases.create(request.url === '/empty')
        : databases.drop(request.url?.slice(1) ?? '');
    work.then(
      (body) => response.end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      await closed(server);
      await databases.stop();
    },
  };
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

class Databases {
  private starting: Promise<Cluster> | null = null;
  /** A template cannot be cloned by two at a time. */
  private queue: Promise<unknown> = Promise.resolve();

  create(empty: boolean): Promise<string> {
    return this.alone(async (cluster) => {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await cluster.admin.query(
        `create database ${name} template ${empty ? 'template0' : cluster.template}`,
      );
      return withName(cluster.url, name);
    });
  }

  drop(name: string): Promise<string> {
    return this.alone(async (cluster) => {
      if (!/^test_[0-9a-f]{32}$/.test(name)) throw new Error(`${name} is not a test database`);
      await cluster.admin.query(`drop database if exists ${name} with (force)`);
      return name;
    });
  }

  async stop(): Promise<void> {
    if (this.starting === null) return;
    const cluster = await this.starting;
    await cluster.admin.query(`drop database if exists ${cluster.template} with (force)`);
    await cluster.admin.end();
    await cluster.stop();
  }

  private alone<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
    this.starting ??= startCluster();
    const starting = this.starting;
    const result = this.queue.then(async () => work(await starting));
    this.queue = result.catch(() => undefined);
    return result;
  }
}

interface Cluster {
  url: string;
  template: string;
  admin: Client;
  stop(): Promise<void>;
}

async function startCluster(): Promise<Cluster> {
  const given = process.env['OPENLINE_TEST_DATABASE_URL'];
  const folder = mkdtempSync(join(tmpdir(), 'openline-test-postgres-'));
  const server: EmbeddedPostgres | null = given
    ? null
    : await startPostgres({ folder, password: randomBytes(8).toString('hex'), settings: FAST });
  const url = server?.url ?? given ?? '';
  const admin = new Client({ connectionString: url });
  await admin.connect();
  const template = `openline_template_${process.pid}`;
  await admin.query(`create database ${template} template template0`);
  const db = openDatabase(withName(url, template));
  await migrate(db);
  await db.destroy();
  return {
    url,
    template,
    admin,
    async stop() {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function withName(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
