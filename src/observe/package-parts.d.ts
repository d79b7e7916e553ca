/** Single modules of packages that publish types for the whole only. */
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}

declare module 'undici/lib/api/api-request.js' {
  const request: import('undici').Client['request'];
  export default request;
}

declare module 'systeminformation/lib/memory.js' {
  export const mem: typeof import('systeminformation').mem;
}
