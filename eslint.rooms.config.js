// The rooms of docs/house.md: who may import whom. `npm run build` fails on any other import.
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** room: the other rooms and the packages that it may import. */
const rooms = {
  'src/model': { rooms: [], packages: [] },
  'src/domain': { rooms: ['src/model'], packages: [] },
  'src/engine': { rooms: ['src/model', 'src/domain'], packages: [] },
  'src/secrets': { rooms: ['src/model'], packages: ['node:crypto'] },
  'src/observe': {
    rooms: ['src/model', 'src/domain', 'src/secrets'],
    packages: ['node:*', 'undici', 'ws', 'jose', 'systeminformation', 'json5', 'node-sqlite3-wasm'],
  },
  checks: { rooms: ['src/model', 'src/domain'], packages: [] },
  'src/causes': { rooms: ['src/model', 'src/domain'], packages: [] },
  'src/render': { rooms: ['src/model'], packages: ['chalk'] },
  'src/evidence': { rooms: ['src/model', 'src/engine', 'src/secrets'], packages: ['node:*'] },
  'src/lab': {
    rooms: [
      'src/model',
      'src/domain',
      'src/engine',
      'src/observe',
      'src/secrets',
      'src/diagnose.ts',
    ],
    packages: ['node:*', 'ws', 'json5', 'node-sqlite3-wasm'],
  },
  'src/commandline': {
    rooms: [
      'src/model',
      'src/diagnose.ts',
      'src/render',
      'src/evidence',
      'src/lab',
      'checks',
      'src/causes',
    ],
    packages: ['node:*', '@oclif/core', 'listr2', 'chalk'],
  },
  commands: {
    rooms: [
      'src/model',
      'src/diagnose.ts',
      'src/commandline',
      'src/render',
      'src/evidence',
      'src/lab',
    ],
    packages: ['@oclif/core'],
  },
};

const pure = ['src/model', 'src/domain', 'src/engine', 'checks', 'src/causes', 'src/render'];

const everywhere = [...Object.keys(rooms), 'src/diagnose.ts'];

const zones = Object.entries(rooms).map(([room, may]) => ({
  target: `./${room}`,
  from: everywhere
    .filter((other) => other !== room && !may.rooms.includes(other))
    .map((r) => `./${r}`),
  message: `${room} may import only: ${[room, ...may.rooms].join(', ')}`,
}));

/** Every package that is not allowed, as a pattern that spares relative imports. */
function foreignPackages(allowed) {
  const spared = allowed.map((name) => name.replaceAll('/', '\\/').replace('*', '.*'));
  return {
    regex: `^(?!\\.{1,2}/)(?!(${spared.join('|') || '\\b\\B'})$).+`,
    message: 'not a package of this room',
  };
}

/** ESLint flat configuration of the rooms, without type information: fast enough for every build. */
export const roomRules = [
  {
    files: ['src/**/*.ts', 'checks/**/*.ts', 'commands/**/*.ts'],
    plugins: { 'import-x': importX },
    languageOptions: { parser: tseslint.parser },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
    },
  },
  ...Object.entries(rooms).map(([room, may]) => ({
    files: [`${room}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns: [foreignPackages(may.packages)] }] },
  })),
  {
    files: pure.map((room) => `${room}/**/*.ts`),
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'performance', 'navigator'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'the run observation holds the time' },
        { object: 'Math', property: 'random', message: 'pure rooms are deterministic' },
        { property: 'localeCompare', message: 'sort with byCodeUnit' },
        { property: 'toLocaleString', message: 'locales differ between hosts' },
      ],
    },
  },
];

export default roomRules;
