/** Names of this host that `--anonymize` takes out. */
export interface Identity {
  home: string;
  user: string;
  host: string;
}

/** Names that say nothing about a person or a host, and words that the documents themselves need. */
const impersonal = new Set(
  `root admin user users home node ubuntu debian linux darwin host localhost local remote loopback
   openclaw nemoclaw clawdoctor ollama gateway proxy agent sandbox client server service operator
   token password config state doctor status probes pass warn fail skip unknown main default cli
   curl sure likely possible none sets docker systemd launchd`.split(/\s+/),
);

/**
 * A copy in which the home directory is `~`, every other home under /home or /Users is
 * `/home/user`, and the user name and host name are `user` and `host` where they stand as whole
 * words. Ids, ports, public names and what a config calls its agents and models stay.
 */
export function anonymise<T>(value: T, identity: Identity): T {
  return mapped(value, replacer(identity)) as T;
}

function replacer({ home, user, host }: Identity): (text: string) => string {
  const words = [
    ...(isName(user) ? [{ word: wholeWord(user), by: 'user' }] : []),
    ...(isName(host) ? [{ word: wholeWord(host), by: 'host' }] : []),
  ];
  const ownHome = home.length > 1 ? home : undefined;
  return (text) => {
    let out = ownHome ? text.replaceAll(`${ownHome}/`, '~/') : text;
    if (out === ownHome) out = '~';
    out = out.replace(/\/(home|Users)\/[^/\s:'"]+/g, '/$1/user');
    for (const { word, by } of words) out = out.replace(word, by);
    return out;
  };
}

function isName(name: string): boolean {
  return name.length >= 3 && !impersonal.has(name.toLowerCase());
}

function wholeWord(name: string): RegExp {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w])${escaped}(?![\\w])`, 'gi');
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => mapped(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, mapped(v, change)]));
}
