/** `EACCES`, `ENOENT` ... of a thrown value; `UNKNOWN` for anything else. Never its message. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'UNKNOWN';
  return typeof error.code === 'string' ? error.code : 'UNKNOWN';
}

/** The recorded state of a failed system call; EACCES is `denied`, ENOENT is `absent`. */
export function failureState(code: string): 'absent' | 'denied' | 'error' {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'error';
}
