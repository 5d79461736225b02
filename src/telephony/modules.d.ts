/** Inner modules of drachtio-srf that have no types of their own; see drachtio.ts. */
declare module 'drachtio-srf/lib/sip-parser/message' {
  const value: unknown;
  export = value;
}
declare module 'drachtio-srf/lib/request' {
  const value: unknown;
  export = value;
}
declare module 'drachtio-srf/lib/response' {
  const value: unknown;
  export = value;
}
