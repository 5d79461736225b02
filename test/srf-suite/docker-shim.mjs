#!/usr/bin/env node
/**
 * Stands in for `docker` and `docker-compose`, which drachtio-srf's tests spawn: what they would run
 * in a container, `sipp`, is run here on loopback, with paths and names put right. What it needs
 * to know comes in SRF_SUITE, as JSON (`ShimSettings` of checkout.ts).
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const settings = JSON.parse(process.env.SRF_SUITE);
const WITH_VALUE = new Set(['-v', '--name', '--net', '--network', '-e', '-w', '-u']);

/** `docker run [options] image command …` taken apart. */
function parse(args) {
  const options = [];
  let at = 1;
  for (; args[at]?.startsWith('-'); at++) {
    if (WITH_VALUE.has(args[at])) options.push([args[at], args[++at]]);
  }
  return { options, command: args.slice(at + 1) };
}

function sippArguments({ options, command }) {
  const mounts = options.filter(([name]) => name === '-v').map(([, value]) => value.split(':'));
  const container = options.find(([name]) => name === '--name')?.[1];
  const outside = (path) => {
    const mount = mounts.find(([, inside]) => path.startsWith(inside));
    return mount === undefined ? path : mount[0] + path.slice(mount[1].length);
  };
  const calls = command.includes('drachtio-sut');
  const own = container === undefined ? callerAddress() : addressOf(container);
  const rest = command
    .slice(1)
    .map((arg) => (arg === 'drachtio-sut' ? settings.sip : outside(arg)));
  const place = calls ? ['-i', own] : ['-i', own, '-p', '5060'];
  return [...place, '-t', settings.sippTransport, '-timeout', '75', '-timeout_error', ...rest];
}

/**
 * Every container has an address of its own. Two sipp at one that start together may choose the same
 * port, and over TCP the second then ends at once (exit 254: `Unable to listen`). No two that live have one pid.
 */
function callerAddress() {
  const { pid } = process;
  return `127.${64 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${pid & 255}`;
}

function addressOf(container) {
  return settings.addresses[container] ?? container;
}

const args = process.argv.slice(2);
// Containers are started and stopped by nobody: the suite owns the answering side.
if (args[0] !== 'run') process.exit(0);
const parsed = parse(args);
if (parsed.command[0] !== 'sipp') process.exit(125);
const sippArgs = sippArguments(parsed);
appendFileSync(settings.log, `sipp ${sippArgs.join(' ')}\n`);
const sipp = spawn('sipp', sippArgs, { stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => sipp.kill('SIGTERM'));
sipp.on('exit', (code) => {
  appendFileSync(settings.log, `  exit ${code}\n`);
  process.exit(code ?? 1);
});
