import { totalmem } from 'node:os';
import { expect, it } from 'vitest';
import { makePressureObserver } from '../../src/observe/host/pressure.js';
import { makeRunObserver } from '../../src/observe/host/run.js';
import { gateway, liveContext, nowMs } from './live-context.js';
import { put, temporaryHome } from './store-context.js';

it('tells memory, stalls, load and processors of this host', async () => {
  const home = await temporaryHome();
  await put(
    `${home}/proc/pressure/memory`,
    'some avg10=12.50 avg60=0.00 total=1\nfull avg10=1.00\n',
  );
  const context = liveContext(home, gateway(1));
  const host = { ...context.host, procRoot: `${home}/proc` };
  const result = await makePressureObserver().observe({ ...context, host });
  expect(result).toMatchObject({ state: 'ok', data: { memorySome10: 12.5 } });
  if (result.state !== 'ok') return;
  expect(result.data.totalBytes).toBeCloseTo(totalmem(), -9);
  expect(result.data.availableBytes).toBeLessThanOrEqual(result.data.totalBytes);
  expect(result.data.cpus).toBeGreaterThan(0);
});

it('leaves stalls out where the kernel does not tell them', async () => {
  const home = await temporaryHome();
  const context = liveContext(home, gateway(1));
  const result = await makePressureObserver().observe({
    ...context,
    host: { ...context.host, procRoot: `${home}/nowhere` },
  });
  expect(result).toMatchObject({ state: 'ok' });
  expect(JSON.stringify(result)).not.toContain('memorySome10');
});

it('records the clock and the options of a run', async () => {
  const context = liveContext(await temporaryHome(), gateway(1), [], {
    url: 'wss://user:pass@gw.example.com/x?token=1',
  });
  const observer = makeRunObserver({ toolVersion: '9.9.9', rules: '3', fingerprintKey: 'abcd' });
  const result = await observer.observe(context);
  expect(result).toMatchObject({
    state: 'ok',
    data: {
      nowMs,
      toolVersion: '9.9.9',
      rules: '3',
      fingerprintKey: 'abcd',
      timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      options: { relocated: false, url: { host: 'gw.example.com', port: 443 } },
    },
  });
  expect(JSON.stringify(result)).not.toMatch(/user:pass|token=1/);
});
