import './check-node.mjs';

const { ensureInstalled, ensurePage, pinnedNode } = await import('./machine.mjs');
const { handOver } = await import('./run.mjs');
ensureInstalled();
ensurePage(pinnedNode());
handOver('src/main.ts', process.argv.slice(2));
