import { MANY_CORRECTIONS, SideCorrections } from '../../../../sip/media/recording-corrections';

test('inserted where the sound before ends; dropped are the last of it; each is told once', () => {
  const corrections = new SideCorrections('right');
  expect(corrections.take()).toEqual([]);
  corrections.add(8000, 120);
  corrections.add(16_000, -300);
  expect(corrections.take()).toEqual([
    { side: 'right', at: 8000, samples: 120 },
    { side: 'right', at: 15_700, samples: -300 },
  ]);
  expect(corrections.take()).toEqual([]);
});

test('what is corrected before the recording begins is not in it', () => {
  const corrections = new SideCorrections('left');
  corrections.add(-160, 100);
  corrections.add(0, -100);
  corrections.add(60, -100);
  expect(corrections.take()).toEqual([{ side: 'left', at: 0, samples: -100 }]);
});

test('no sender fills the memory: beyond one every 10 ms, and of many beyond one a window, they are one', () => {
  const corrections = new SideCorrections('left');
  const window = (from: number): number[] => {
    for (let i = 0; i < 11_520; i++) corrections.add(from + i, 2);
    return corrections.take().map(({ samples }) => samples);
  };
  let windows = 0;
  for (let told = 0; told < MANY_CORRECTIONS; windows++) {
    const listed = window(11_520 * windows + 1);
    expect([listed.length, listed.reduce((sum, one) => sum + one, 0)]).toEqual([144, 23_040]);
    told += listed.length;
  }
  expect(window(11_520 * windows)).toEqual([23_040]);
});

test('those that are one and end where they began are none', () => {
  const corrections = new SideCorrections('left');
  for (let i = 0; i < 144; i++) corrections.add(100 + i, 1);
  corrections.add(300, -1);
  expect(corrections.take()).toHaveLength(143);
});
