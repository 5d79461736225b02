import type { Signalling } from '../../../sip/gateway/signalling-options';
import type { OutsideServer } from '../../support/outside';
import { waitFor } from '../../support/wait';
import { Phone } from '../support/phone';

/** What a server without our control tells of dialogs: nothing. */
const NO_DIALOGS = {
  list: () => [],
  invites: () => [],
  noteInvite: () => undefined,
  whole: () => Promise.resolve(),
  note: () => false,
  reattached: () => undefined,
  hotlines: () => undefined,
};

/** Of a server that is not ours, all that a test can see is where it is. */
export function signallingOf({ drachtio, sipPort }: OutsideServer): Signalling {
  const known: Partial<Signalling> = {
    ...{ drachtio, sip: [`udp:${drachtio.host}:${sipPort}`], dialogs: NO_DIALOGS },
    flows: undefined as never,
    connectControl: () => undefined,
    close: () => Promise.resolve(),
  };
  return new Proxy(known as Signalling, {
    get: (target, name) => {
      if (Reflect.has(target, name)) return Reflect.get(target, name) as unknown;
      if (name === 'then') return undefined;
      throw new Error(`${String(name)}: no test can ask that of a drachtio-server (onlyOurs)`);
    },
  });
}

/** Refused is everybody until it has read what the app takes, of which OPTIONS is the last. */
export async function routed(port: number): Promise<void> {
  const phone = await Phone.udp();
  await waitFor('the app to be asked by the server', async () => {
    const from = phone.got.length;
    phone.ask(port, { method: 'OPTIONS', callId: `routed-${phone.port}-${from}` });
    const ok = phone.got.next('its answer', () => true, { from, deadlineMs: 1000 });
    return ok.then(({ status }) => status === 200).catch(() => false);
  });
  phone.close();
}
