import type { ProxyFileFacts } from '../../model/facts-sandbox.js';

/** Is there anything that depends on this proxy: a sandbox, a token or a pid that it left? */
export function isProxyUsed(files: ProxyFileFacts | undefined): boolean {
  if (!files) return false;
  return (
    files.sandboxes.length > 0 || files.token.state !== 'absent' || files.pid.state !== 'absent'
  );
}
