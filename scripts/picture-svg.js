const esc = '\u001b';
const colour = new RegExp(`${esc}\\[([0-9;]*)m`, 'g');
const cell = { width: 8.4, height: 18 };
const margin = 20;

const classes = new Map([
  [1, 'b'],
  [2, 'd'],
  [31, 'r'],
  [32, 'g'],
  [33, 'y'],
]);
const ends = new Map([
  [22, ['b', 'd']],
  [39, ['r', 'g', 'y']],
  [0, ['b', 'd', 'r', 'g', 'y']],
]);

/** An SVG of terminal output: one text element a line, one tspan a run of one style. */
export function svgOf(output) {
  const lines = output.trimEnd().split('\n');
  const on = new Set();
  const rows = lines.map((line, i) => {
    const y = margin + (i + 1) * cell.height;
    return `<text x="${margin}" y="${y}">${spans(line, on)}</text>`;
  });
  const columns = Math.max(...lines.map((line) => line.replace(colour, '').length));
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = lines.length * cell.height + 2 * margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="clawdoctor in a terminal">
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #d6d9e0; white-space: pre; }
.b { font-weight: 700; fill: #ffffff; } .d { fill: #8b91a0; } .r { fill: #ff6b68; } .g { fill: #6bd089; } .y { fill: #f0c05a; }
</style>
<rect width="100%" height="100%" rx="8" fill="#16181d"/>
${rows.join('\n')}
</svg>
`;
}

/** Split at colours, every second part is the numbers of one; each run stands at its own column. */
function spans(line, on) {
  let column = 0;
  return line
    .split(colour)
    .map((part, i) => {
      if (i % 2 === 0) {
        const at = column;
        column += part.length;
        return runs(part, at, on);
      }
      for (const code of part.split(';')) apply(Number(code), on);
      return '';
    })
    .join('');
}

function apply(code, on) {
  const style = classes.get(code);
  if (style) on.add(style);
  for (const gone of ends.get(code) ?? []) on.delete(gone);
}

/** Not every viewer keeps blanks, so words that stand apart are placed, not spaced. */
function runs(text, column, on) {
  const style = on.size === 0 ? '' : ` class="${[...on].join(' ')}"`;
  return [...text.matchAll(/\S+(?: \S+)*/g)]
    .map((run) => {
      const x = (margin + (column + run.index) * cell.width).toFixed(1);
      const escaped = run[0].replace(
        /[&<>]/g,
        (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c],
      );
      return `<tspan x="${x}"${style}>${escaped}</tspan>`;
    })
    .join('');
}
