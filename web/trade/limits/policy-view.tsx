/** What custody signs with this key, in plain words and in money; and a change of it on its way. */

import { useState } from 'react';
import type { Policy } from '../../../src/contract/trading.ts';
import { compareText, formatValue } from '../../format/number.ts';
import { Unknown } from '../../parts/amount.tsx';
import { Proposal } from './proposal.tsx';
import { Propose } from './propose.tsx';
import { largestOrder, partOf, timesOf, usedPercent } from './reckon.ts';

const money = (text: string): string => `${formatValue(text, 'USDT')} USDT`;

export function PolicyView({ policy }: { readonly policy: Policy }) {
  const { limits, equity, used, practice, proposal } = policy;
  const [proposing, setProposing] = useState(false);
  const unknown = <Unknown reason="What the account is worth is not known now" />;
  const adverse = equity === null ? null : partOf(equity, limits.adversePercent);
  const turnover = equity === null ? null : timesOf(equity, limits.turnover);
  return (
    <>
      <p className="dim">
        The process that holds your keys signs nothing beyond this, whoever asks.{' '}
        {practice
          ? 'This is practice money, so changes wait for nothing.'
          : 'Loosening it needs your approval on this machine.'}
      </p>
      <dl className="policy-facts">
        <div>
          <dt>Markets</dt>
          <dd className="num">{limits.markets.length}</dd>
          <dd className="dim small">{marketWords(limits.markets)}</dd>
        </div>
        <div>
          <dt>Largest order, {limits.orderPercent} % of the account</dt>
          <dd className="num">{equity === null ? unknown : money(largestOrder(equity, limits))}</dd>
        </div>
        <div>
          <dt>Lost to bad prices and fees in 24 hours, or could be by open orders, {limits.adversePercent} %</dt>
          <dd className="num">
            {money(used.adverse)} of {adverse === null ? unknown : money(adverse)}
          </dd>
          {adverse === null ? null : <Used percent={usedPercent(used.adverse, adverse)} />}
        </div>
        <div>
          <dt>Traded in 24 hours or in open orders, {limits.turnover} times the account</dt>
          <dd className="num">
            {money(used.turnover)} of {turnover === null ? unknown : money(turnover)}
          </dd>
          {turnover === null ? null : <Used percent={usedPercent(used.turnover, turnover)} />}
        </div>
        <div>
          <dt>
            In one asset by buying{isNoLimit(limits.assetPercent) ? '' : `, ${limits.assetPercent} % of the account`}
          </dt>
          <dd className="num">
            {isNoLimit(limits.assetPercent)
              ? 'no limit'
              : equity === null
                ? unknown
                : money(partOf(equity, limits.assetPercent))}
          </dd>
        </div>
        <div>
          <dt>Open orders, {limits.openPerMarket} a market</dt>
          <dd className="num">
            {used.openOrders} of {limits.openOrders}
          </dd>
          <Used percent={usedPercent(String(used.openOrders), String(limits.openOrders))} />
        </div>
        <div>
          <dt>Price beyond the market</dt>
          <dd className="num">at most {limits.bandPercent} %</dd>
        </div>
        <div>
          <dt>New orders</dt>
          <dd className="num">{limits.ordersPerMinute} a minute</dd>
        </div>
      </dl>
      {proposal === null ? null : <Proposal connection={policy.connection} proposal={proposal} />}
      {proposing ? (
        <Propose policy={policy} onClose={() => setProposing(false)} />
      ) : (
        <div className="dialog-foot">
          <button type="button" className="button" onClick={() => setProposing(true)}>
            {proposal === null ? 'Propose a change' : 'Propose another change'}
          </button>
        </div>
      )}
    </>
  );
}

function Used({ percent }: { readonly percent: number }) {
  return (
    <dd className="used" aria-hidden="true">
      <span style={{ width: `${percent}%` }} />
    </dd>
  );
}

/** From all of it on there is no such limit. */
const isNoLimit = (percent: string): boolean => compareText(percent, '100') >= 0;

/** Beyond these a list says less than its number. */
const NAMED = 8;

function marketWords(markets: readonly string[]): string {
  const names = markets.slice(0, NAMED).map((symbol) => symbol.replaceAll('_', '/'));
  const more = markets.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
