/** `npx tsx test/simulation/expect-table.ts` prints the table of docs/performance.md. */
import { figuresIn, WORLDS } from './expect-worlds';
import { PEERS } from './peer-waits';

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

const names = PEERS.map(([name]) => name);
process.stdout.write(row(['line', 'waits', 'told', 'minutes wide', 'ours', ...names]));
process.stdout.write(row(Array.from({ length: 5 + names.length }, () => '---')));
for (const [name, world] of Object.entries(WORLDS)) {
  const { waits, told, widthMinutes, coverage, mae, peers } = figuresIn(world);
  const cell = (one: { coverage: number; mae: number }) =>
    `${percent(one.coverage)}, ${one.mae.toFixed(2)}`;
  const ours = cell({ coverage, mae });
  const theirs = names.map((peer) => cell(peers[peer]));
  const about = [name, String(waits), percent(told / waits), widthMinutes.toFixed(1)];
  process.stdout.write(row([...about, ours, ...theirs]));
}
