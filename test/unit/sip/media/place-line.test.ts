import { MediaFailure } from '../../../../sip/media/failure';
import { PlaceLine } from '../../../../sip/media/place-line';

/** Places of which `free` are left; who asked, in order. */
class Places {
  readonly line = new PlaceLine();
  readonly waiting: string[] = [];
  readonly got: string[] = [];
  free = 0;

  take(who: string, patience = () => 10_000): Promise<string | null> {
    const ask = async (): Promise<string> => {
      await Promise.resolve();
      if (this.free === 0) throw new MediaFailure('capacity', 'none');
      this.free -= 1;
      this.got.push(who);
      return who;
    };
    return this.line.take(ask, patience, () => void this.waiting.push(who));
  }
}

test('who finds a place does not wait; nobody overtakes those who do', async () => {
  const places = new Places();
  places.free = 1;
  expect(await places.take('ann')).toBe('ann');
  const both = [places.take('bob'), places.take('eve')];
  await Promise.resolve();
  while (places.waiting.length < 2) await new Promise(setImmediate);
  places.free = 1;
  const late = places.take('dan');
  expect(await both[0]).toBe('bob');
  places.free = 2;
  expect(await Promise.all([both[1], late])).toEqual(['eve', 'dan']);
  expect(places.got).toEqual(['ann', 'bob', 'eve', 'dan']);
  expect(places.waiting).toEqual(['bob', 'eve', 'dan']);
});

test('whose patience is over has none, and the next one is asked at once', async () => {
  const places = new Places();
  let left = 10_000;
  const bob = places.take('bob', () => left);
  const eve = places.take('eve');
  while (places.waiting.length < 2) await new Promise(setImmediate);
  left = 0;
  places.free = 1;
  expect(await Promise.all([bob, eve])).toEqual([null, 'eve']);
});

test('what is not for want of a place is told, and holds up nobody', async () => {
  const places = new Places();
  const broken = places.line.take(
    () => Promise.reject(new MediaFailure('bad-sdp', 'no audio')),
    () => 10_000,
    () => undefined,
  );
  await expect(broken).rejects.toThrow('no audio');
  places.free = 1;
  expect(await places.take('ann')).toBe('ann');
});
