import { PASSWORD, type TestPlan } from './plan';
import { AGENTS_HOST, hotlineOf, type TransferCell } from './transfer-cell';

/** A store, a hotline and two people for each cell; whoever is outside is behind the one gateway. */
export function planOf(cells: readonly TransferCell[], gateway: number): TestPlan {
  const timezone = 'Asia/Shanghai';
  const store = (id: string) => ({ id, name: `店${id}`, timezone });
  const queue = (
    id: string,
    of: string,
    strategy: 'longest-idle' | 'ring-all' = 'longest-idle',
  ) => ({
    ...{ id, store: of, strategy, ringSeconds: 60, wrapUpSeconds: 0 },
  });
  return {
    sip: { realm: 'openline' },
    stores: cells.flatMap(({ index, kind }) => [
      store(`s${index}`),
      ...(kind === 'other store' ? [store(`x${index}`)] : []),
    ]),
    trunks: [
      {
        ...{ id: 'carrier', from: ['127.0.0.1'], channels: 1000, watch: false },
        to: [`sip:127.0.0.1:${gateway}`],
      },
    ],
    queues: cells.flatMap(({ index, kind }) => [
      queue(`q${index}`, `s${index}`, kind === 'same queue' ? 'ring-all' : 'longest-idle'),
      ...(kind === 'colleague' ? [queue(`r${index}`, `s${index}`)] : []),
      ...(kind === 'other store' ? [queue(`o${index}`, `x${index}`)] : []),
    ]),
    hotlines: cells.flatMap(({ index, kind }) => [
      { number: hotlineOf(index), store: `s${index}`, queue: `q${index}`, notice: 'none' as const },
      ...(kind === 'other store'
        ? [{ number: `5${hotlineOf(index)}`, store: `x${index}`, queue: `o${index}` }]
        : []),
    ]),
    people: cells.flatMap((cell) => [person(cell, 'a'), ...targetOf(cell)]),
    phones: cells.flatMap(({ index, kind, phones }) => [
      phone(`a${index}`, phones.agent.port),
      ...(kind === 'number' ? [] : [phone(`b${index}`, phones.target.port)]),
    ]),
  };
}

type Person = TestPlan['people'][number];

const targetOf = (cell: TransferCell): Person[] =>
  cell.kind === 'number' ? [] : [person(cell, 'b')];

function person({ index, kind }: TransferCell, who: 'a' | 'b'): Person {
  const isElsewhere = who === 'b' && kind === 'other store';
  const queue = who === 'a' || kind === 'same queue' ? 'q' : isElsewhere ? 'o' : 'r';
  return {
    ...{ id: `${who}${index}`, name: `${who}${index}`, post: 'telemarketer', password: PASSWORD },
    ...{ store: isElsewhere ? `x${index}` : `s${index}` },
    queues: [`${queue}${index}`],
  };
}

const phone = (person: string, port: number): TestPlan['phones'][number] => ({
  ...{ id: `p${person}`, kind: 'static', contact: `sip:${person}@${AGENTS_HOST}:${port}` },
  ...{ person, autoReady: true, watch: false },
});
