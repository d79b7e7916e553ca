/** Names of this host that `--anonymize` takes out. */
export interface Identity {
  /** Absolute, without a slash at the end. */
  homes: readonly string[];
  user: string;
  host: string;
}

/** Names that say nothing about a person or a host, and words of the paths and ids themselves. */
const impersonal = new Set(
  `root admin user users home node ubuntu debian linux darwin host localhost local remote loopback
   openclaw nemoclaw clawdoctor ollama gateway gateways proxy agent agents sandbox client server
   service operator token password config state main default curl docker systemd launchd json sqlite
   auth profiles devices identity credentials paired pending env proc environ tmp etc var usr lib bin
   opt api www com org net http https ws wss`.split(/\s+/),
);

/** Replaces the names of one identity in texts whose kind is known. */
export class TextAnonymiser {
  readonly #homes: readonly string[];
  readonly #words: readonly { name: string; pattern: RegExp; by: string }[];
  readonly #host: string;
  /** Other people's homes, numbered as they are met: two of them stay two. */
  readonly #others = new Map<string, string>();

  constructor({ homes, user, host }: Identity) {
    this.#homes = [...new Set(homes)].filter((home) => home.length > 1);
    const [short = ''] = host.toLowerCase().split('.');
    this.#host = short;
    const words = [
      { name: user.toLowerCase(), by: 'user' },
      { name: host.toLowerCase(), by: 'host' },
      { name: short, by: 'host' },
    ];
    this.#words = words
      .filter(({ name }) => name !== '' && !impersonal.has(name))
      .map((word) => ({ ...word, pattern: wholeWord(word.name) }));
  }

  /** Home directories only: for our own sentences. */
  homes(text: string): string {
    let out = text;
    for (const home of this.#homes) {
      out = out.replace(new RegExp(`(?<![\\w/.~-])${escaped(home)}(?![\\w.-])`, 'g'), '~');
    }
    return out.replace(/(?<![\w.~-])\/(home|Users)\/([^/\s:'"]+)/g, (_all, root: string, name) => {
      const known = this.#others.get(name as string) ?? numbered(this.#others.size);
      this.#others.set(name as string, known);
      return `/${root}/${known}`;
    });
  }

  /** A path or a URL: names stand in it as segments, or as whole words of one. */
  place(text: string): string {
    const url = /^([a-z][a-z\d+.-]*:\/\/)(\[[^\]]*\]|[^/:]*)(.*)$/is.exec(text);
    if (url) return `${url[1]}${this.hostName(url[2] ?? '')}${this.#worded(url[3] ?? '')}`;
    return this.#worded(this.homes(text));
  }

  /** A host: the name itself, with or without its domain; another host of that domain stays. */
  hostName(text: string): string {
    const folded = text.toLowerCase();
    const [first = ''] = folded.split('.');
    if (this.#words.some(({ name, by }) => by === 'host' && name === folded)) return 'host';
    if (first !== this.#host || impersonal.has(first)) return text;
    return `host${text.slice(first.length)}`;
  }

  /** An id or a name; of `agent:main`, the kind before the colon stays. */
  name(text: string): string {
    const at = text.indexOf(':') + 1;
    return text.slice(0, at) + this.#worded(this.homes(text.slice(at)));
  }

  #worded(text: string): string {
    let out = text;
    for (const { pattern, by } of this.#words) out = out.replace(pattern, by);
    return out;
  }
}

function numbered(before: number): string {
  return before === 0 ? 'user' : `user-${before + 1}`;
}

/** Of one or two characters: only between slashes, or all there is. */
function wholeWord(name: string): RegExp {
  const inWord = name.length < 3 ? '[^/@:]' : '\\w';
  return new RegExp(`(?<!${inWord})${escaped(name)}(?!${inWord})`, 'gi');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
