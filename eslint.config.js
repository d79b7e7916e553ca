import tseslint from 'typescript-eslint';
import { roomRules } from './eslint.rooms.config.js';

export default tseslint.config(
  { ignores: ['dist/**', 'schemas/**', 'coverage/**', 'node_modules/**'] },
  ...roomRules,
  {
    files: ['src/**/*.ts', 'checks/**/*.ts', 'commands/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // `const { dropped: _dropped, ...rest }` is how a member is left out.
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_' }],
    },
  },
  {
    // The staged servers stringify whatever a client sends, as the product that they stand for does.
    files: ['src/lab/servers/**/*.ts'],
    rules: { '@typescript-eslint/no-base-to-string': 'off' },
  },
);
