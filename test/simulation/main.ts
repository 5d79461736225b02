/** `npm run simulate -- --days 3000 [--calls 100] [--from 1]`: the first day that goes wrong is named by its seed. */
import { parseArgs } from 'node:util';
import { simulateDay } from './day';
import { Lot } from './lot';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '1000' },
    calls: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
  },
});

async function main(): Promise<void> {
  const [days, calls, from] = [Number(values.days), Number(values.calls), Number(values.from)];
  const begun = Date.now();
  const outcomes: Record<string, number> = {};
  let dialled = 0;
  const lots = new Lot();
  for (let seed = from; seed < from + days; seed += 1) {
    const day = await simulateDay(seed, calls);
    const fault = day.fault ?? (day.hash === day.replayed ? null : 'replayed to another journal');
    if (fault !== null) throw new Error(`day ${seed}: ${fault}`);
    for (const [outcome, count] of Object.entries(day.outcomes))
      outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    dialled += day.dialled;
    lots.add(day.lot);
  }
  if (lots.fault !== null) throw new Error(lots.fault);
  const seconds = Math.round((Date.now() - begun) / 1000);
  process.stdout.write(`${JSON.stringify({ days, calls, seconds, outcomes, dialled })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
