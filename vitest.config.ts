import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          disableConsoleIntercept: true,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          // The long ones: npm run test:real:all.
          exclude: process.env.CLAWDOCTOR_REAL === 'all' ? [] : ['test/real/all/**'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          disableConsoleIntercept: true,
        },
      },
    ],
  },
});
