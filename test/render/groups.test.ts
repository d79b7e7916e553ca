import { expect, it } from 'vitest';
import { scenarios } from '../../src/lab/index.js';
import { renderGroups } from '../../src/render/groups.js';
import { displayWidth } from '../../src/render/width.js';

const page = { columns: 72, color: false, unicode: true, verbose: false };
const rows = [
  { group: 'Fruit', name: 'apple', title: 'Red or green', text: 'Grows on a tree.' },
  { group: 'Roots', name: 'carrot', title: 'Orange', text: 'Grows below.' },
  { group: 'Fruit', name: 'pear', title: 'Green', text: 'On a tree too.' },
];

it('puts every row under the heading of its group, once', () => {
  expect(renderGroups(rows, 'a hint', page)).toBe(
    'Fruit\n  apple\n      Red or green\n  pear\n      Green\n\nRoots\n  carrot\n      Orange\n\na hint\n',
  );
});

it('says what each is about only when asked', () => {
  const text = renderGroups(rows, 'a hint', { ...page, verbose: true });
  expect(text).toContain('  carrot\n      Orange\n      Grows below.\n');
});

it.each([40, 72])('keeps the list of the lab within %i columns, names whole', (columns) => {
  const all = scenarios.map(({ name, family, title, about }) => ({
    name,
    group: family,
    title,
    text: about,
  }));
  const lines = renderGroups(all, '', { ...page, columns, verbose: true }).split('\n');
  for (const { name } of scenarios) expect(lines).toContain(`  ${name}`);
  const wide = lines.filter((line) => displayWidth(line) > columns);
  expect(wide.filter((line) => !/^ *\S+$/.test(line))).toEqual([]);
});
