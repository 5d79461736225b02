/** The only file of sip/ that src/ may import from. */
export type * from './control/protocol';
