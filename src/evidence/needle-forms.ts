export type Form = 'plain' | 'base64' | 'hex' | 'percent' | 'json';

/** A text that a secret could leave as, and how long a piece of it has to be to count. */
export interface NeedleForm {
  form: Form;
  text: string;
  piece: number;
}

/** Pieces of 8 characters of the value itself; of an encoding, what carries at least 8 bytes. */
export function needleForms(value: string): NeedleForm[] {
  const bytes = Buffer.from(value, 'utf8');
  const percent = [...bytes].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('');
  const hex = bytes.toString('hex');
  const forms: NeedleForm[] = [
    { form: 'plain', text: value, piece: 8 },
    // As a terminal or a wrapped page shows it.
    { form: 'plain', text: value.replace(/\s+/g, ' ').trim(), piece: 8 },
    { form: 'plain', text: value.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd'), piece: 8 },
    { form: 'json', text: JSON.stringify(value).slice(1, -1), piece: 8 },
    { form: 'json', text: asciiJson(value), piece: 12 },
    { form: 'percent', text: percentEncoded(value), piece: 12 },
    { form: 'percent', text: percent, piece: 24 },
    { form: 'percent', text: percent.toUpperCase(), piece: 24 },
    { form: 'hex', text: hex, piece: 16 },
    { form: 'hex', text: hex.toUpperCase(), piece: 16 },
    ...base64Forms(bytes),
  ];
  const seen = new Set<string>();
  return forms.filter(({ text }) => {
    const fresh = text.length >= 8 && !seen.has(text);
    seen.add(text);
    return fresh;
  });
}

/** What is the same wherever in a longer base64 text the value stands: one text an alignment. */
function base64Forms(bytes: Buffer): NeedleForm[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Characters that also hold bits of a neighbour, and the padding, are cut off.
    const start = before === 0 ? 0 : before + 1;
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    const text = padded.slice(start, end);
    const url = text.replaceAll('+', '-').replaceAll('/', '_');
    return [text, url].map((t): NeedleForm => ({ form: 'base64', text: t, piece: 11 }));
  });
}

/** Lone surrogates, which a percent encoding does not have, become U+FFFD first. */
function percentEncoded(value: string): string {
  return encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'));
}

/** JSON as an ASCII-only writer writes it, with slashes escaped. */
function asciiJson(value: string): string {
  return JSON.stringify(value)
    .slice(1, -1)
    .replaceAll('/', '\\/')
    .replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
