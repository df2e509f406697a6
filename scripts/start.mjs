import './check-node.mjs';

const { ensureInstalled, ensurePage, pinnedNode } = await import('./machine.mjs');
const { handOver } = await import('./run.mjs');
ensureInstalled();
// Whoever asks what can be said needs no page.
if (!process.argv.some((argument) => argument === '--help' || argument === '-h')) ensurePage(pinnedNode());
handOver('src/main.ts', process.argv.slice(2));
