import type { CodeSpec } from '../src/model/check.js';

/** For checks that try a secret: gateway.auth.mode trusted-proxy takes none. */
export const byIdentity: CodeSpec = {
  outcome: 'skip',
  skipReason: 'not-applicable',
  text: 'an identity that the trusted proxy names decides here, not a shared secret',
};
