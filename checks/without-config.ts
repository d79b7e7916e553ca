/** What rests on the config says nothing while the config itself cannot be had: `blockedBy`. */
export const withoutConfig = [
  {
    check: 'config/readable',
    codes: [
      'absent',
      'not-ours',
      'not-a-file',
      'too-large',
      'syntax-error',
      'not-an-object',
      'too-deep',
    ],
  },
] as const;
