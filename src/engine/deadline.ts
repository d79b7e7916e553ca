import { errorCode } from '../model/errors.js';
import type { ObserverResult } from '../model/observer.js';

/**
 * Runs one piece of work under a deadline and a parent signal. Whatever happens in it becomes a
 * result: a hang is `timeout`, a throw is `error` with the error's code and never its message.
 */
export async function underDeadline<T>(
  work: (signal: AbortSignal) => Promise<ObserverResult<T>>,
  deadlineMs: number,
  parent: AbortSignal,
): Promise<ObserverResult<T>> {
  if (parent.aborted) return ended(parent);
  const own = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  const cut = new Promise<ObserverResult<T>>((resolve) => {
    timer = setTimeout(() => {
      const source = '';
      resolve({ state: 'timeout', source, reason: `no answer within ${deadlineMs} ms` });
      own.abort();
    }, deadlineMs);
    onAbort = () => {
      resolve(ended(parent));
      own.abort();
    };
    parent.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(own.signal), cut]);
  } catch (error) {
    if (parent.aborted) return ended(parent);
    return { state: 'error', source: '', reason: `the observer failed: ${errorCode(error)}` };
  } finally {
    clearTimeout(timer);
    if (onAbort) parent.removeEventListener('abort', onAbort);
  }
}

/** Why the run as a whole ended early is carried by the signal's reason. */
export type EndReason = 'budget' | 'interrupt';

function ended<T>(signal: AbortSignal): ObserverResult<T> {
  return signal.reason === 'budget'
    ? {
        state: 'timeout',
        source: '',
        reason: "the run's budget was spent; give more with --budget",
      }
    : { state: 'cancelled', source: '', reason: 'the run was interrupted; run it again' };
}
