import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackHost } from '../../domain/openclaw/url.js';
import { isOwnHost } from '../host/own-address.js';
import { isForbiddenHost } from './forbidden-host.js';

type Resolve = (
  name: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

/**
 * How a name is looked up for a connect; the connect goes to one of the addresses that are given
 * back. Of `localhost` and `x.localhost` only loopback, of the host's own name only own addresses:
 * where a name server answers for it, plain HTTP would carry a secret away, and a limiter that
 * spares loopback would count. Of any name none that nobody may contact. Undefined for an address.
 */
export function safeLookup(host: string, resolve: Resolve = lookup): LookupFunction | undefined {
  if (isIP(host) !== 0) return undefined;
  const fits = isLoopbackHost(host) ? isLoopbackHost : isOwnHost(host) ? isOwnHost : () => true;
  return (name, options, done) => {
    resolve(name, { ...options, all: true }, (error, found) => {
      const safe = error
        ? []
        : found.filter(({ address }) => fits(address) && !isForbiddenHost(address));
      const [first] = safe;
      if (!first) {
        const code = error?.code ?? 'ENOTFOUND';
        done(Object.assign(new Error(`no address to connect to: ${code}`), { code }), '', 0);
      } else if (options.all) done(null, safe);
      else done(null, first.address, first.family);
    });
  };
}

/** Does this name lead to nothing but this host? False when that is not known within `waitMs`. */
export async function leadsHere(
  name: string,
  waitMs: number,
  resolve: Resolve = lookup,
): Promise<boolean> {
  if (isIP(name) !== 0) return isOwnHost(name);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((end) => {
    timer = setTimeout(() => end(false), waitMs);
  });
  const asked = new Promise<boolean>((end) => {
    resolve(name, { all: true }, (error, found) => {
      end(!error && found.length > 0 && found.every(({ address }) => isOwnHost(address)));
    });
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
