/** A value of a property list; dates and data are not needed and become undefined. */
export type PlistValue = string | boolean | number | PlistValue[] | PlistDict | undefined;
export interface PlistDict {
  readonly entries: ReadonlyMap<string, PlistValue>;
}

const maxDepth = 16;
const token =
  /<(\/?)(plist|dict|array|key|string|integer|real|date|data|true|false)\b[^<>]*?(\/?)>/g;

/** The top dictionary of an XML property list; undefined for anything else. Never throws. */
export function parsePlist(xml: string): PlistDict | undefined {
  const reader = { xml: withoutComments(xml), tokens: new RegExp(token), ended: false };
  for (let tag = next(reader); tag !== undefined; tag = next(reader)) {
    if (tag.name === 'dict' && !tag.closing && !tag.empty) return readDict(reader, 0);
  }
  return undefined;
}

/** Not by an expression: an opening without an end would make it search the rest again and again. */
function withoutComments(xml: string): string {
  const kept: string[] = [];
  let at = 0;
  for (let open = xml.indexOf('<!--'); open >= 0; open = xml.indexOf('<!--', at)) {
    kept.push(xml.slice(at, open));
    const close = xml.indexOf('-->', open + 4);
    at = close < 0 ? xml.length : close + 3;
  }
  return kept.join('') + xml.slice(at);
}

interface Reader {
  xml: string;
  tokens: RegExp;
  /** An expression that finds nothing starts again at the front: it must not be asked twice. */
  ended: boolean;
}

interface Tag {
  name: string;
  closing: boolean;
  empty: boolean;
}

function next(reader: Reader): Tag | undefined {
  const match = reader.ended ? null : reader.tokens.exec(reader.xml);
  reader.ended = match === null;
  if (match === null) return undefined;
  return { name: match[2] ?? '', closing: match[1] === '/', empty: match[3] === '/' };
}

function readDict(reader: Reader, depth: number): PlistDict {
  const entries = new Map<string, PlistValue>();
  for (let tag = next(reader); tag !== undefined && !tag.closing; tag = next(reader)) {
    if (tag.name !== 'key') {
      readValue(reader, tag, depth);
      continue;
    }
    const key = tag.empty ? '' : textOf(reader);
    const value = next(reader);
    if (value === undefined || value.closing) break;
    entries.set(key, readValue(reader, value, depth));
  }
  return { entries };
}

function readArray(reader: Reader, depth: number): PlistValue[] {
  const items: PlistValue[] = [];
  for (let tag = next(reader); tag !== undefined && !tag.closing; tag = next(reader)) {
    items.push(readValue(reader, tag, depth));
  }
  return items;
}

function readValue(reader: Reader, tag: Tag, depth: number): PlistValue {
  if (tag.name === 'true' || tag.name === 'false') {
    if (!tag.empty) next(reader);
    return tag.name === 'true';
  }
  if (tag.name === 'dict' || tag.name === 'array') {
    if (tag.empty) return tag.name === 'dict' ? { entries: new Map() } : [];
    if (depth >= maxDepth) {
      // Too deep to be a service definition: the rest of the file is not read.
      reader.ended = true;
      return undefined;
    }
    return tag.name === 'dict' ? readDict(reader, depth + 1) : readArray(reader, depth + 1);
  }
  const text = tag.empty ? '' : textOf(reader);
  if (tag.name === 'integer' || tag.name === 'real') return numberOf(text);
  return tag.name === 'string' ? text : undefined;
}

function numberOf(text: string): number | undefined {
  const number = Number(text.trim());
  return text.trim() !== '' && Number.isFinite(number) ? number : undefined;
}

/** The text up to the closing tag of the element that has just been opened. */
function textOf(reader: Reader): string {
  const from = reader.tokens.lastIndex;
  next(reader);
  const end = reader.xml.indexOf('<', from);
  return unescaped(reader.xml.slice(from, end < 0 ? reader.xml.length : end));
}

function unescaped(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(#x?[0-9a-f]{1,6}|[a-z]+);/gi, (whole: string, name: string) => {
    if (!name.startsWith('#')) return named[name] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
