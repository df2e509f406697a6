import { openStubWorld } from '../contract/stub-whitebit.ts';
import { venueContract } from '../contract/suite.ts';

venueContract('WhiteBIT over a stub', () => openStubWorld());
venueContract('WhiteBIT over a stub whose clock is ahead', () => openStubWorld(12_345));
