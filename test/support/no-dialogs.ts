import type { DialogDirectory } from '../../sip/control/ports';

/** Signalling without a dialog, for tests of the media half. */
export const noDialogs: DialogDirectory = {
  list: () => [],
  note: () => false,
  reattached: () => undefined,
  hotlines: () => undefined,
};
