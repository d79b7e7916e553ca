/** The operator can act on it: a wrong flag, nothing to look at. Exit code 2. */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    message: string,
    readonly suggestions: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The name of an error or its system code: all that may be said of an error that we did not write. */
export function errorCode(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) {
    const { code } = error;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return code;
  }
  return error instanceof Error && /^\w{1,40}$/.test(error.name) ? error.name : 'Error';
}
