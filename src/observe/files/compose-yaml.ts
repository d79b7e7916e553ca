/**
 * The part of YAML that compose files are written in: block maps and lists, scalars, `[a, b]`,
 * `{a: b}`, anchors with their aliases, and `<<`.
 */
export type YamlValue = string | YamlValue[] | ReadonlyMap<string, YamlValue> | Unclear;

/** A value that is there and that this reader does not follow: a block text, a tag, `"\x41"`. */
export interface Unclear {
  unclear: true;
}

export const unclear: Unclear = { unclear: true };
/** The key under which a map holds `unclear` where it takes over entries that are not followed. */
export const mergeKey = '<<';

interface Line {
  indent: number;
  text: string;
}

interface Cursor {
  lines: Line[];
  at: number;
  anchors: Map<string, YamlValue>;
}

const maxLines = 5000;
const maxDepth = 12;
/** A flow value may go on over several lines, up to this length. */
const maxFlow = 8192;

/**
 * Tags and block texts are not looked into: what is not understood is `unclear`, and never thrown.
 * A list item that is a map begins at its dash.
 */
export function parseComposeYaml(text: string): YamlValue {
  const cursor: Cursor = { lines: linesOf(text), at: 0, anchors: new Map() };
  return block(cursor, cursor.lines[0]?.indent ?? 0, 0);
}

export function yamlMember(value: YamlValue | undefined, key: string): YamlValue | undefined {
  return isYamlMap(value) ? value.get(key) : undefined;
}

export function isUnclear(value: YamlValue | undefined): boolean {
  return value === unclear;
}

export function isYamlMap(value: YamlValue | undefined): value is ReadonlyMap<string, YamlValue> {
  return value instanceof Map;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let open: Line | undefined;
  for (const raw of text.split('\n', maxLines)) {
    const bare = withoutComment(raw.replace(/\r$/, ''));
    const content = bare.trim();
    if (content === '' || content === '---') continue;
    if (open) open.text += ` ${content}`;
    else {
      open = { indent: bare.length - bare.trimStart().length, text: content };
      lines.push(open);
    }
    if (open.text.length > maxFlow || openBrackets(open.text) <= 0) open = undefined;
  }
  return lines;
}

/** A `#` begins a comment after a blank, outside of quotes. */
function withoutComment(line: string): string {
  let quote = '';
  for (let i = 0; i < line.length; i += 1) {
    const char = line[i] ?? '';
    if (quote) quote = char === quote ? '' : quote;
    else if ((char === '"' || char === "'") && /[\s:[,-]/.test(line[i - 1] ?? ' ')) quote = char;
    else if (char === '#' && /\s/.test(line[i - 1] ?? ' ')) return line.slice(0, i);
  }
  return line;
}

/** Only a value that begins with a bracket is a flow list or map; `${VAR}` is text. */
function openBrackets(text: string): number {
  const item = text.startsWith('- ') ? text.slice(2).trim() : text;
  const value = entryOf(item)?.value ?? item;
  if (!/^[[{]/.test(value)) return 0;
  let depth = 0;
  for (const char of value) {
    if (char === '[' || char === '{') depth += 1;
    if (char === ']' || char === '}') depth -= 1;
  }
  return depth;
}

/** `key: value`: the first colon that a blank or the end follows. */
function entryOf(text: string): { key: string; value: string } | undefined {
  const colon = /:(?=\s|$)/.exec(text)?.index ?? 0;
  const key = unquoted(text.slice(0, colon).trim());
  if (key === '' || /^[[{]/.test(key)) return undefined;
  return { key, value: text.slice(colon + 1).trim() };
}

function block(cursor: Cursor, indent: number, depth: number): YamlValue {
  const first = cursor.lines[cursor.at];
  if (!first || first.indent < indent || depth > maxDepth) return '';
  return isItem(first) ? list(cursor, first.indent, depth) : map(cursor, first.indent, depth);
}

function isItem({ text }: Line): boolean {
  return text === '-' || text.startsWith('- ');
}

function list(cursor: Cursor, indent: number, depth: number): YamlValue[] {
  const items: YamlValue[] = [];
  for (;;) {
    const line = cursor.lines[cursor.at];
    if (line?.indent !== indent || !isItem(line)) return items;
    const rest = line.text.slice(1).trim();
    if (entryOf(rest) && !/^["']/.test(rest)) {
      // The item's map goes on at the column of its first key.
      const column = indent + line.text.length - rest.length;
      cursor.lines[cursor.at] = { indent: column, text: rest };
      items.push(map(cursor, column, depth + 1));
    } else {
      cursor.at += 1;
      items.push(rest === '' ? block(cursor, indent + 1, depth + 1) : leaf(cursor, indent, rest));
    }
  }
}

function map(cursor: Cursor, indent: number, depth: number): YamlValue {
  const entries = new Map<string, YamlValue>();
  for (;;) {
    const line = cursor.lines[cursor.at];
    if (!line || line.indent < indent) return entries;
    const entry = line.indent === indent ? entryOf(line.text) : undefined;
    cursor.at += 1;
    if (!entry) continue;
    const { key, value } = entry;
    const next = cursor.lines[cursor.at];
    const deeper =
      next !== undefined && (next.indent > indent || (next.indent === indent && isItem(next)));
    const [, anchor, rest = value] = /^&(\S+)\s*(.*)$/.exec(value) ?? [];
    const nested = rest === '' && deeper;
    const found = nested ? block(cursor, next.indent, depth + 1) : leaf(cursor, indent, rest);
    if (anchor) cursor.anchors.set(anchor, found);
    if (key === mergeKey) merge(entries, found);
    else entries.set(key, found);
  }
}

/** What `<<` brings stands behind what the map says itself, wherever the key stands. */
function merge(entries: Map<string, YamlValue>, from: YamlValue): void {
  for (const map of Array.isArray(from) ? from : [from]) {
    if (!isYamlMap(map)) entries.set(mergeKey, unclear);
    else for (const [key, value] of map) if (!entries.has(key)) entries.set(key, value);
  }
}

/** A value on its own line; where deeper lines follow it, it goes on there. */
function leaf(cursor: Cursor, indent: number, text: string): YamlValue {
  const next = cursor.lines[cursor.at];
  if (text === '') return '';
  if (/^[|>]/.test(text) || (next !== undefined && next.indent > indent)) {
    while ((cursor.lines[cursor.at]?.indent ?? 0) > indent) cursor.at += 1;
    return unclear;
  }
  return scalar(text, cursor.anchors);
}

function scalar(text: string, anchors: ReadonlyMap<string, YamlValue>): YamlValue {
  if (text.startsWith('*')) return anchors.get(text.slice(1)) ?? unclear;
  if (/^[[{]/.test(text)) return flow(text, anchors);
  if (/^[!&|>%@`]/.test(text)) return unclear;
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text;
  if (text.length < 2 || !text.endsWith(quote)) return unclear;
  const inner = text.slice(1, -1);
  if (quote === "'")
    return /(?<!')'(?:'')*(?!')/.test(inner) ? unclear : inner.replaceAll("''", "'");
  return /["\\]/.test(inner) ? unclear : inner;
}

/** One level of `[a, b]` or `{a: b}`; `${VAR}` is text also in there. */
function flow(text: string, anchors: ReadonlyMap<string, YamlValue>): YamlValue {
  const close = text.startsWith('[') ? ']' : '}';
  if (!text.endsWith(close)) return unclear;
  const parts = text.slice(1, -1).match(/(?:"[^"]*"|'[^']*'|\$\{[^}]*\}|[^,])+/g) ?? [];
  const items = parts.map((part) => part.trim()).filter((part) => part !== '');
  if (close === ']') {
    return items.map((item) => (/^[[{]/.test(item) ? unclear : scalar(item, anchors)));
  }
  const entries = new Map<string, YamlValue>();
  for (const item of items) {
    const entry = entryOf(item) ?? { key: item, value: '' };
    const nested = /^[[{]/.test(entry.value) || /[[\]{}]/.test(entry.key);
    if (nested) return unclear;
    const value = scalar(entry.value, anchors);
    if (entry.key === mergeKey) merge(entries, value);
    else entries.set(entry.key, value);
  }
  return entries;
}

function unquoted(text: string): string {
  const quote = text[0];
  const quoted = (quote === '"' || quote === "'") && text.length > 1 && text.endsWith(quote);
  return quoted ? text.slice(1, -1) : text;
}
