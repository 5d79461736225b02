/**
 * Stands for edge or app in tests of the launcher: says that it is up, then obeys. What it does is
 * told by CHILD_<NAME>: `refuse` ends with 1 before it is up, `deaf` does not end when asked, `talks N` logs so many
 * lines once it is up, of which the first life kills itself behind the last one.
 */
const { appendFileSync, existsSync, writeFileSync, writeSync } = require('node:fs');

function talk(lines, notes) {
  const first = `${notes}.talked`;
  const fill = 'x'.repeat(40);
  for (let n = 0; n < lines; n += 1)
    writeSync(2, `${JSON.stringify({ pid: process.pid, n, fill })}\n`);
  if (existsSync(first)) return;
  writeFileSync(first, '');
  process.kill(process.pid, 'SIGKILL');
}

module.exports = function child(name, report) {
  const does = process.env[`CHILD_${name.toUpperCase()}`] ?? '';
  const note = (what) => appendFileSync(process.env.CHILD_NOTES, `${name} ${what}\n`);
  if (does === 'refuse') {
    process.stderr.write(`${name}: the port is taken\n`);
    process.exit(1);
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      note(signal);
      if (does !== 'deaf') process.exit(0);
    });
  }
  // The pipe closes with the launcher.
  process.stdin.on('end', () => {
    note('left behind');
    process.exit(0);
  });
  process.stdin.resume();
  setInterval(() => undefined, 60_000);
  process.stdout.write('something else first\n');
  const line = `${JSON.stringify({ ...report(process.env), pid: process.pid })}\n`;
  const [, talks] = /^talks (\d+)$/.exec(does) ?? [];
  process.stdout.write(line, () => talks && talk(Number(talks), process.env.CHILD_NOTES));
};
