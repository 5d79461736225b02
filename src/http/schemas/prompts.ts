/** What came of reading the prompts again. */
import { Type } from '@sinclair/typebox';

export const ReloadedSchema = Type.Object({
  own: Type.Integer({ description: 'Files of the store’s own that are heard now.' }),
  unusable: Type.Array(Type.Object({ file: Type.String(), reason: Type.String() }), {
    description: 'Files of the store’s own that are not; what they should replace is heard.',
  }),
});
