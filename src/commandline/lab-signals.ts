import { endEarlyInterrupt, sayInterrupted } from './early-interrupt.js';

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type Signal = keyof typeof exitCodes;

/**
 * Takes a staged deployment down, once, whatever ends the run. What is being staged is staged to
 * the end first: only then is it known what has to go.
 */
export class LabSignals {
  #json: boolean;
  #stop: (() => Promise<void>) | undefined;
  #stopped: Promise<void> | undefined;
  #left: Signal | undefined;

  constructor(json: boolean) {
    this.#json = json;
    endEarlyInterrupt();
    for (const signal of Object.keys(exitCodes)) process.on(signal, this.#onSignal);
  }

  /** A signal that came while it was staged is answered now. */
  staged(stop: () => Promise<void>): void {
    this.#stop = stop;
    if (this.#left) throw new Error('interrupted');
  }

  /** The run has printed its document: a later signal adds none. */
  answered(): void {
    this.#json = false;
  }

  readonly #onSignal = (signal: Signal): void => {
    // Once it is staged, the first Ctrl-C is the diagnosis's: it ends early, with a report.
    if (this.#stop && signal === 'SIGINT') return;
    this.leave(signal);
  };

  /** Ends the process as the signal would have, with nothing left behind. */
  leave(signal: Signal): void {
    this.#left ??= signal;
    if (this.#stop) void this.end();
  }

  /** Of both ends, the first that gets here stops; the process ends here when it was signalled. */
  async end(): Promise<void> {
    this.#stopped ??= this.#stop?.();
    await this.#stopped?.catch((error: unknown) => {
      if (!this.#left) throw error;
    });
    if (this.#left) {
      if (this.#json) sayInterrupted();
      process.exit(exitCodes[this.#left]);
    }
    for (const signal of Object.keys(exitCodes)) process.removeListener(signal, this.#onSignal);
  }
}
