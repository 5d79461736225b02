/**
 * Validators and serializers of routes, each compiled when its route is asked for the first time. All of them at the
 * start cost seconds of processor time before the first call could be taken, and a day needs a few dozen.
 * That every schema can be compiled is held by a test, not by the start.
 */
import { AjvCompiler, type BuildCompilerFromPool } from '@fastify/ajv-compiler';
import SerializerSelector from '@fastify/fast-json-stringify-compiler';

type BuildSerializer = ReturnType<typeof SerializerSelector>;

const validatorsOf = AjvCompiler();
const serializersOf = SerializerSelector();

const buildValidator: BuildCompilerFromPool = (schemas, options) => {
  const compile = validatorsOf(schemas, options);
  return (...route) => {
    let validate: ReturnType<typeof compile> | null = null;
    const late: { (data: unknown): unknown; errors: unknown } = (data) => {
      validate ??= compile(...route);
      const isGood: unknown = validate(data);
      // Where Fastify looks for the reasons.
      late.errors = validate.errors;
      return isGood;
    };
    late.errors = null;
    return late as ReturnType<typeof compile>;
  };
};

const buildSerializer: BuildSerializer = (schemas, options) => {
  const compile = serializersOf(schemas, options);
  return (route) => {
    let write: ReturnType<typeof compile> | null = null;
    return (data) => (write ??= compile(route))(data);
  };
};

/** For Fastify's `schemaController`. */
export const LATE_SCHEMAS = { compilersFactory: { buildValidator, buildSerializer } };
