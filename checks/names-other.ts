import { splitUrl } from '../src/domain/openclaw/url.js';

/** Only an audience that is a URL can name another host; a plain name says nothing of hosts. */
export function namesOther(audiences: readonly string[], host: string): boolean {
  const hosts = audiences.map((aud) => splitUrl(aud)?.host).filter((h) => h !== undefined);
  return hosts.length > 0 && !hosts.includes(host);
}
