/** What a server without our control tells of dialogs: nothing. */
export const NO_DIALOGS = {
  list: () => [],
  invites: () => [],
  noteInvite: () => undefined,
  whole: () => Promise.resolve(),
  note: () => false,
  reattached: () => undefined,
  hotlines: () => undefined,
};
