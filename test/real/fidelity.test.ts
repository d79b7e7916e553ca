import { afterAll } from 'vitest';
import { defineFidelity } from '../lab/fidelity-suite.js';
import { configFor } from './harness/config.js';
import { cleanUp, startGateway } from './harness/gateway.js';
import { freePort, makeHome } from './harness/home.js';

afterAll(cleanUp);

defineFidelity(async (line, config) => {
  const [home, port] = [await makeHome(), await freePort()];
  return startGateway({ line, home, port, config: configFor({ line, port, extra: config }) });
});
