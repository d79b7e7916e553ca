/** What a JSON5 text turned out to be; the parser's message is dropped, because it quotes the text. */
export type ParsedText =
  | { parse: 'ok'; value: unknown }
  | { parse: 'invalid'; errorAt?: { line: number; column: number } }
  | { parse: 'too-deep' };

const maxDepth = 64;

/** Parses JSON or JSON5, byte order mark allowed, at most 64 levels deep. Never throws. */
export async function parseJsonText(bytes: Buffer): Promise<ParsedText> {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (nestsDeeper(text, maxDepth)) return { parse: 'too-deep' };
  try {
    return { parse: 'ok', value: JSON.parse(text) };
  } catch {
    return parseJson5(text);
  }
}

async function parseJson5(text: string): Promise<ParsedText> {
  const { default: json5 } = await import('json5');
  try {
    // The package warns on the console about these two inside strings; a blank means the same here.
    return { parse: 'ok', value: json5.parse(text.replace(/[\u2028\u2029]/g, ' ')) };
  } catch (error) {
    const errorAt = position(error);
    return { parse: 'invalid', ...(errorAt ? { errorAt } : {}) };
  }
}

function position(error: unknown): { line: number; column: number } | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if (!('lineNumber' in error) || !('columnNumber' in error)) return undefined;
  const { lineNumber: line, columnNumber: column } = error;
  return typeof line === 'number' && typeof column === 'number' ? { line, column } : undefined;
}

/**
 * Counts brackets outside strings and comments, before anything is built: a parser that is given
 * eight million brackets takes a gigabyte to say that they are nested too deep.
 */
export function nestsDeeper(text: string, limit: number): boolean {
  const interesting = /["'[\]{}]|\/\/|\/\*/g;
  let depth = 0;
  for (let match = interesting.exec(text); match !== null; match = interesting.exec(text)) {
    const found = match[0];
    if (found === '[' || found === '{') {
      depth += 1;
      if (depth > limit) return true;
    } else if (found === ']' || found === '}') {
      depth -= 1;
    } else {
      interesting.lastIndex = skip(text, interesting.lastIndex, found);
    }
  }
  return false;
}

/** Where a string or comment that has just begun ends; the end of the text when it does not. */
function skip(text: string, from: number, opener: string): number {
  if (opener === '//') return after(text.indexOf('\n', from), 1, text);
  if (opener === '/*') return after(text.indexOf('*/', from), 2, text);
  const stop = opener === '"' ? /["\\]/g : /['\\]/g;
  stop.lastIndex = from;
  for (let match = stop.exec(text); match !== null; match = stop.exec(text)) {
    if (match[0] === opener) return stop.lastIndex;
    stop.lastIndex += 1;
  }
  return text.length;
}

function after(index: number, length: number, text: string): number {
  return index < 0 ? text.length : index + length;
}
