import { errorCode } from '../model/errors.js';
import type { ObserverResult } from '../model/observer.js';

/** Why the run as a whole ended early. */
export type EndReason = 'budget' | 'interrupt';

/** The end of a run, told to whatever is under way: one listener on a signal, however many wait. */
export class RunEnd {
  readonly #waiting = new Set<() => void>();
  #reason: EndReason | undefined;

  /** Undefined while the run goes on. */
  reason(): EndReason | undefined {
    return this.#reason;
  }

  end(reason: EndReason): void {
    if (this.#reason) return;
    this.#reason = reason;
    for (const tell of [...this.#waiting]) tell();
  }

  /** Calls back once, when the run ends; returns how to stop waiting. */
  onEnd(tell: () => void): () => void {
    this.#waiting.add(tell);
    return () => this.#waiting.delete(tell);
  }
}

/**
 * Runs one piece of work under a deadline and the run's end. Whatever happens in it becomes a
 * result: a hang is `timeout`, a throw is `error` with the error's code and never its message.
 */
export async function underDeadline<T>(
  work: (signal: AbortSignal) => Promise<ObserverResult<T>>,
  deadlineMs: number,
  runEnd: RunEnd,
): Promise<ObserverResult<T>> {
  const before = runEnd.reason();
  if (before) return ended(before);
  const own = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopWaiting: (() => void) | undefined;
  const cut = new Promise<ObserverResult<T>>((resolve) => {
    timer = setTimeout(() => {
      resolve({ state: 'timeout', source: '', reason: `no answer within ${deadlineMs} ms` });
      own.abort();
    }, deadlineMs);
    stopWaiting = runEnd.onEnd(() => {
      resolve(ended(runEnd.reason() ?? 'interrupt'));
      own.abort();
    });
  });
  try {
    return await Promise.race([work(own.signal), cut]);
  } catch (error) {
    const reason = runEnd.reason();
    if (reason) return ended(reason);
    return { state: 'error', source: '', reason: `the observer failed: ${errorCode(error)}` };
  } finally {
    clearTimeout(timer);
    stopWaiting?.();
  }
}

function ended<T>(reason: EndReason): ObserverResult<T> {
  return reason === 'budget'
    ? {
        state: 'timeout',
        source: '',
        reason: "the run's budget was spent; give more with --budget",
      }
    : { state: 'cancelled', source: '', reason: 'the run was interrupted; run it again' };
}
