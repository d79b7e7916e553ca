import { UserError } from '../model/errors.js';

export const shortestBudgetMs = 5_000;
export const longestBudgetMs = 120_000;

/** `20s`, `20000ms`, `2m` or plain seconds, in ms. Throws a UserError outside 5 s to 120 s. */
export function parseBudget(text: string): number {
  const match = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(text.trim());
  const unit = { ms: 1, s: 1_000, m: 60_000 }[match?.[2] ?? 's'] ?? 1_000;
  const ms = Math.round(Number(match?.[1]) * unit);
  if (match && ms >= shortestBudgetMs && ms <= longestBudgetMs) return ms;
  throw new UserError('--budget takes a time from 5s to 120s', ['--budget 20s']);
}
