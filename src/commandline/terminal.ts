import { errorCode } from '../model/errors.js';
import type { PageOptions } from '../render/page.js';
import type { Style } from '../render/style.js';
import { decideStyle } from '../render/style.js';

export type Stream = 'stdout' | 'stderr';

/** How to write to one of our streams, now. */
export function styleOf(stream: Stream): Style {
  const { isTTY, columns } = process[stream];
  return decideStyle({
    isTty: isTTY,
    columns,
    platform: process.platform,
    env: process.env,
  });
}

export function pageOptions(verbose = false): PageOptions {
  const { columns, color, unicode } = styleOf('stdout');
  return { columns, color, unicode, verbose };
}

/** Ends when the text is handed over; a reader that went away (EPIPE) is no error. */
export function write(stream: Stream, text: string): Promise<void> {
  return new Promise((done, failed) => {
    process[stream].write(text, 'utf8', (error) => {
      if (error && errorCode(error) !== 'EPIPE') failed(error);
      else done();
    });
  });
}
