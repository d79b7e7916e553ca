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
    },
  },
);
