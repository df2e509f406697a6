#!/usr/bin/env node
import './check-node.mjs';

const { handOver } = await import('./run.mjs');
handOver('src/cli/main.ts', process.argv.slice(2));
