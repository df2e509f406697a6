/** `npm run campaign:api -- --requests 1000000 [--seed N]`: the fuzz of the test run, as long as is wanted. */

import { parseArgs } from 'node:util';
import { fuzzApi } from './api-fuzz.ts';
import { seedFrom } from './seeded.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
});
const seed = seedFrom(values.seed);
const requests = Number(values.requests);
console.log(`seed ${seed}, ${requests} requests`);
const began = performance.now();
const result = await fuzzApi(requests, seed, (sent) => {
  console.log(`${sent} sent, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
});
console.log(`answers by status: ${JSON.stringify(Object.fromEntries([...result.statuses].sort()))}`);
console.log(`routes that answered: ${JSON.stringify(Object.fromEntries([...result.answered].sort()))}`);
console.log(`codes of refusals: ${[...result.codes].sort().join(', ')}`);
console.log(`${result.sent} requests, 0 faults of ours`);
