import { Command } from '@oclif/core';
import { UserError } from '../model/errors.js';
import { reportError } from './report-error.js';
import { write } from './terminal.js';

/** What every command shares: one JSON document or one page, and errors as sentences with exit 2. */
export abstract class BaseCommand extends Command {
  /** oclif prints usage errors itself, and as text; here they are one document with `--json`. */
  protected override async catch(error: Error): Promise<void> {
    // A line that does not parse has been said; oclif would also call it never parsed.
    this.parsed = true;
    await reportError(error, { argv: this.argv });
  }

  protected wantsJson(flags: { json?: boolean; format?: string }): boolean {
    return flags.json === true || flags.format === 'json';
  }

  /** Writes the answer as JSON or as text, whichever was asked for. */
  protected async answer(
    flags: { json?: boolean; format?: string },
    document: object,
    text: () => string,
  ): Promise<void> {
    const json = this.wantsJson(flags);
    await write('stdout', json ? `${JSON.stringify(document, undefined, 2)}\n` : text());
  }

  protected required(text: string | undefined, what: string): string {
    if (text === undefined || text.trim() === '') throw new UserError(`${what} is missing`);
    return text;
  }
}
