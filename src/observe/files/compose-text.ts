const name = /^[A-Za-z_]\w*/;
const maxDepth = 8;

/**
 * The variables of a compose text filled in (compose specification, "Interpolation"): `$VAR`,
 * `${VAR}`, `:-` and `-`, `:+` and `+`, nested, `$$`; what `lookup` does not have is empty.
 * Undefined where no text comes of it: a `:?` without a value, or what is no such expression.
 */
export function interpolated(
  text: string,
  lookup: (name: string) => string | undefined,
  depth = 0,
): string | undefined {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) return result + text.slice(at);
    result += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === '$') {
      result += '$';
      at = dollar + 2;
      continue;
    }
    const bare = name.exec(text.slice(dollar + 1))?.[0];
    const end = next === '{' ? closing(text, dollar + 1) : undefined;
    if (bare !== undefined) {
      result += lookup(bare) ?? '';
      at = dollar + 1 + bare.length;
    } else if (end !== undefined && depth < maxDepth) {
      const value = expression(text.slice(dollar + 2, end), lookup, depth);
      if (value === undefined) return undefined;
      result += value;
      at = end + 1;
    } else return undefined;
  }
  return result;
}

/** The brace that closes the one at `open`. */
function closing(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

function expression(
  inner: string,
  lookup: (name: string) => string | undefined,
  depth: number,
): string | undefined {
  const variable = name.exec(inner)?.[0];
  if (variable === undefined) return undefined;
  const rest = inner.slice(variable.length);
  const value = lookup(variable);
  if (rest === '') return value ?? '';
  const operator = /^:?[-+?]/.exec(rest)?.[0];
  if (operator === undefined) return undefined;
  // With the colon an empty value counts as none.
  const given = value !== undefined && !(operator.startsWith(':') && value === '');
  const other = () => interpolated(rest.slice(operator.length), lookup, depth + 1);
  if (operator.endsWith('+')) return given ? other() : '';
  if (given) return value;
  return operator.endsWith('?') ? undefined : other();
}
