/** The trading contract of `src/venues/contract`, over the practice exchange and its real HTTP. */

import { tradingContract } from '../../src/venues/contract/trading-suite.ts';
import { openPracticeTradingWorld } from './practice-trading-world.testing.ts';

tradingContract('WhiteBIT over the practice exchange', openPracticeTradingWorld);
