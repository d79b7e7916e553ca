import { hostKind } from './openclaw/url.js';

const form = /^(GET|POST) https?:\/\/(?:\[([^\]]+)\]|([^:/[\]]+)):(\d{1,5})(\/.*)$/;

/**
 * An endpoint as its limiter sees it: `POST http://127.0.0.1:18789/tools/invoke`. A limiter counts
 * for one listener, whatever the URL calls it, so that `localhost`, `0.0.0.0`, `[::1]`, the name of
 * this host, its addresses and either scheme are one key. Those that differ in the address that the
 * gateway sees are taken for one too: that can only send less. Other hosts keep their name.
 */
export function limiterKey(endpoint: string, isHere: (host: string) => boolean): string {
  const found = form.exec(endpoint);
  if (!found) return endpoint;
  const [, method = '', inBrackets, name, port = '', path = ''] = found;
  const host = (inBrackets ?? name ?? '').toLowerCase();
  const kind = hostKind(host);
  const here = kind === 'loopback' || kind === 'any' || isHere(host);
  return here ? `${method} http://127.0.0.1:${port}${path}` : endpoint;
}
