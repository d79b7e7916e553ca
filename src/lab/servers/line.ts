/** The two products that the lab speaks; their exact releases, as measured. */
export type LabLine = '2026.5' | '2026.9';

export const releases: Readonly<Record<LabLine, string>> = {
  '2026.5': '2026.5.18',
  '2026.9': '2026.9.6',
};

export function isLine(value: unknown): value is LabLine {
  return value === '2026.5' || value === '2026.9';
}
