/** The sections of a plan file, in the order in which it is written. */
export const SECTIONS: readonly string[] = [
  'sip',
  'groups',
  'entities',
  'stores',
  'departments',
  'trunks',
  'queues',
  'hours',
  'hotlines',
  'people',
  'phones',
  'numbers',
  'dialling',
  'forms',
  'leads',
  'signIn',
];

/** By which an element of a section is known; null where it has neither, as a whole section that is no list. */
export function keyOf(element: object): string | null {
  const { id, number } = element as { id?: unknown; number?: unknown };
  if (typeof id === 'string') return id;
  return typeof number === 'string' ? number : null;
}
