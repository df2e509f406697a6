import './check-node.mjs';

const { ensureInstalled } = await import('./machine.mjs');
const { handOver } = await import('./run.mjs');
ensureInstalled();
handOver('practice/main.ts', process.argv.slice(2));
