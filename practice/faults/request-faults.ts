import type { Answer, AroundHandler, Call } from '../api/answer.ts';
import type { Armory } from './armory.ts';
import type { Reply, RequestCall } from './fault-switch.ts';

export interface RequestFaults {
  /** Nothing armed could touch a request. */
  isQuiet(): boolean;
  /** Carries the request out (or not) as the faults armed at this moment want it. */
  carry(call: RequestCall, execute: (around: AroundHandler) => Promise<Answer>): Promise<Reply>;
}

/** What was armed first stands outermost. */
export function createRequestFaults(armory: Armory): RequestFaults {
  return {
    isQuiet: () => armory.isQuiet('outer') && armory.isQuiet('inner'),
    carry(call, execute) {
      const event = { account: call.account, apiKey: call.apiKey, path: call.path, channel: null, market: call.market };
      const around: AroundHandler = (passed, handle) => {
        const inner = armory.strikes('inner', { ...event, account: passed.account.id });
        const chain = inner.reduceRight<(one: Call) => Promise<Answer>>(
          (next, { course, strike }) =>
            async (one) =>
              course(strike, one, next),
          handle,
        );
        return chain(passed);
      };
      const chain = armory.strikes('outer', event).reduceRight<() => Promise<Reply>>(
        (next, { course, strike }) =>
          () =>
            course(strike, call, next),
        async () => ({ kind: 'answer', answer: await execute(around), headers: {} }),
      );
      return chain();
    },
  };
}
