import { Type } from '@sinclair/typebox';
import { Id } from './values';

export const PhoneParams = Type.Object({ id: Id });
