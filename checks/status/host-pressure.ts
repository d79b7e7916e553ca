import { isPressed } from '../../src/domain/pressure.js';
import { defineCheck } from '../../src/model/check.js';

export default defineCheck({
  id: 'host/pressure',
  stage: 'status',
  per: 'run',
  title: 'the host has memory to answer in time',
  about:
    'Looks at free memory and at the memory pressure that the kernel reports. A host that swaps misses deadlines, and missed deadlines look like authentication drift.',
  falsePositives: 'A short peak: look again.',
  needs: ['host.pressure'],
  optional: true,
  codes: {
    calm: { outcome: 'pass', text: '{availableMiB} of {totalMiB} MiB are free for use' },
    pressed: {
      outcome: 'warn',
      text: 'the host is short of memory ({availableMiB} of {totalMiB} MiB left): timeouts here say nothing about credentials',
      next: ['relieve-memory'],
    },
  },
  judge(at) {
    const pressure = at.get('host.pressure');
    const mebibytes = (bytes: number): number => Math.round(bytes / 1_048_576);
    const params = {
      availableMiB: mebibytes(pressure.availableBytes),
      totalMiB: mebibytes(pressure.totalBytes),
    };
    return [at.found(isPressed(pressure) ? 'pressed' : 'calm', params)];
  },
});
