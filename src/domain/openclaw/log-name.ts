/** `connect.client.id`: the closed enums of 2026.5.18 and 2026.9.6. */
const clientIds: ReadonlySet<string> = new Set([
  'cli',
  'gateway-client',
  'openclaw-control-ui',
  'webchat',
  'webchat-ui',
  'openclaw-tui',
  'openclaw-macos',
  'openclaw-ios',
  'openclaw-android',
  'openclaw-linux',
  'openclaw-watchos',
  'openclaw-browser-copilot',
  'openclaw-worker',
  'node-host',
  'test',
  'fingerprint',
  'openclaw-probe',
]);

/** A few words in lower case or camel case, a short number behind each: `gateway:sessions.list`. */
const word = /^[a-z]{1,12}(?:[A-Z][a-z]{1,11}){0,5}\d{0,3}$/;

/**
 * Is it a plain name? A peer chooses its own before it has been let in, and it may be a secret: no
 * blanks, no digits among letters, nothing that reads as hexadecimal, no long run of letters.
 */
export function isPlainName(text: string): boolean {
  if (text.length > 48) return false;
  const words = text.split(/[-_.:]/);
  const letters = words.join('');
  const isHex = (run: string): boolean => /^[0-9a-f]{6,}$/i.test(run);
  return words.length <= 6 && words.every((w) => word.test(w) && !isHex(w)) && !isHex(letters);
}

/** Who a line says was refused: a known client, a plain name, else `other`. */
export function clientName(text: string): string {
  return clientIds.has(text) || isPlainName(text) ? text : 'other';
}

/** `models.providers.*.apiKey`: what is no plain name in a config path is left out. */
export function plainPath(path: string): string {
  return path
    .split('.')
    .map((part) => {
      const [, name = '', index = ''] = /^([^[\]]*)((?:\[\d{1,4}\])*)$/.exec(part) ?? [];
      return isPlainName(name) ? `${name}${index}` : '*';
    })
    .join('.');
}
