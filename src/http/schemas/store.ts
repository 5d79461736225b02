/** Of which store something is asked. */
import { Type } from '@sinclair/typebox';
import { Id } from './values';

/** The part of a list's query that names a store. */
export const StoreQuery = {
  store: Type.Optional({
    ...Id,
    description: 'Only of this store; else of all in which the post holds.',
  }),
};

/** The same where the answer, or what is done, is of one store. */
export const OneStore = {
  store: Type.Optional({ ...Id, description: 'Else the home store, if the post holds there.' }),
};
