import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dealership, Party } from './dealership';
import { PASSWORD } from './plan';
import { startPushClient } from './push-client';
import { readWav, toneShare } from './tone';
import { waitFor } from './wait';

/** BYE, and its phone falls silent. */
export async function isHungUp({ sip, ear }: Party, from: number): Promise<void> {
  sip.answer(await sip.request('BYE', from), 200);
  ear.hush();
}

export interface Recording {
  agentId: string;
  path: string;
  state: string;
}

/** What the supervisor sees of the call's files, once there are so many. */
export async function recordingsOf(
  dealership: Dealership,
  callId: string,
  count: number,
): Promise<Recording[]> {
  const desk = await startPushClient({
    ...{ http: dealership.product.http, user: 'chen', password: PASSWORD },
  });
  const found = await waitFor(`${count} recordings`, async () => {
    const detail = (await (await desk.get(`/api/calls/${callId}`)).json()) as {
      recordings: Recording[];
    };
    return detail.recordings?.length === count ? detail.recordings : null;
  });
  desk.close();
  return found;
}

/** How much of 100 ms of each side is that tone, wherever in the file it is most. */
export function heardIn(
  dealership: Dealership,
  { path }: Pick<Recording, 'path'>,
  tones: [left: number, right: number],
): number[] {
  const { channels } = readWav(readFileSync(join(dealership.product.recordingsDir, path)));
  return channels.map((channel, side) => {
    let most = 0;
    for (let at = 0; at + 800 <= channel.length; at += 400)
      most = Math.max(most, toneShare(channel.subarray(at, at + 800), tones[side] as number));
    return most;
  });
}
