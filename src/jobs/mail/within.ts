import type { Millis } from '../../domain/time';

/** What the promise says, or a rejection when it takes longer; what becomes of it then is nobody's concern. */
export async function within<T>(ms: Millis, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  promise.catch(() => undefined);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
