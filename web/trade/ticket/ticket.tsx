/** The ticket: what is bought or sold, how, and what that does, before it is sent. */

import '../../style/trade-ticket.css';
import '../../style/trade-ticket-result.css';
import { lazy, Suspense, useEffect } from 'react';
import type { Confirmation, Market, OrderProblem } from '../../../src/contract/trading.ts';
import { Late } from '../../parts/late.tsx';
import { useMarket } from '../data/market.ts';
import { usePlace } from '../data/place.ts';
import { useNarrow } from '../layout/use-narrow.ts';
import { ASK_FIRST, setAskFirst, useAskFirst } from './ask-first.ts';
import { distanceWords } from './distance.ts';
import { percentOf } from './exact.ts';
import { Fields } from './fields.tsx';
import { type Change, type Form, KINDS, numberOf } from './form.ts';
import { GateNote } from './gate.tsx';
import { Preview, Sentence } from './preview.tsx';
import type { Told } from './preview-line.ts';
import { Problems } from './problems.tsx';
import { reasonOf } from './reason.ts';
import { ResultLine } from './result.tsx';
import { Share } from './share.tsx';
import { openFor } from './store.ts';
import { TroubleNote } from './trouble-note.tsx';
import { type TicketState, useTicket } from './use-ticket.ts';
import { confirmationWords, KIND_WORDS, SIDE_WORDS } from './words.ts';

const ConfirmOrder = lazy(() => import('./confirm.tsx').then((m) => ({ default: m.ConfirmOrder })));

export function Ticket() {
  const market = useMarket();
  const { venue, market: symbol } = usePlace();
  useEffect(() => openFor(`${venue} ${symbol}`), [venue, symbol]);
  return (
    <div className="ticket">
      {market === undefined ? (
        <Late>
          <p className="panel-empty dim" role="status">
            Reading the rules of {symbol.replaceAll('_', '/')} …
          </p>
        </Late>
      ) : (
        <TicketForm market={market} />
      )}
    </div>
  );
}

function TicketForm({ market }: { readonly market: Market }) {
  const state = useTicket(market);
  const narrow = useNarrow();
  const { form, known, read, told, problems, send, change } = state;
  const pays = form.side === 'buy' ? market.quote : market.base;
  const available = form.side === 'buy' ? known.availableQuote : known.availableBase;
  return (
    <form className="ticket-form" onSubmit={state.submit} autoComplete="off">
      <Sides form={form} change={change} />
      <Kinds form={form} change={change} />
      <Fields
        {...{ form, read, known, market, problems, change }}
        refs={state.refs}
        estimate={estimateOf(told, form)}
        distance={told.state === 'told' ? distanceWords(told.preview.distancePercent, form.side) : ''}
        onPriceFocus={(field) => {
          state.priceField.current = field;
        }}
      />
      <Share
        percent={
          form.percent ?? shareShown(form, read.otherUnit === '' ? estimateOf(told, form) : read.otherUnit, available)
        }
        available={available}
        asset={pays}
        money={form.side === 'buy'}
        onChange={(percent) => change({ type: 'percent', percent })}
      />
      <Flags form={form} change={change} problems={problems} />
      <Preview told={told} side={form.side} quote={market.quote} available={available} sentence={!narrow} />
      <Problems problems={problems} of={['market', 'order']} onMend={(draft) => change({ type: 'mended', draft })} />
      {narrow ? null : <Confirmations offered={state.offered} form={form} quote={market.quote} change={change} />}
      <div className="ticket-end">
        <Foot state={state} market={market} />
        {send.result === null ? null : (
          <ResultLine result={send.result} onAgain={send.again} onAnother={send.another} onClose={send.clear} />
        )}
      </div>
      <AskFirst />
      {send.asked === null ? null : (
        <Suspense fallback={null}>
          <ConfirmOrder asked={send.asked} base={market.base} onYes={send.confirm} onNo={send.dismiss} />
        </Suspense>
      )}
    </form>
  );
}

/** Where the price comes from the market, only the desk can say what the amount is in the other unit. */
function estimateOf(told: Told, form: Form): string | null {
  if (told.state !== 'told') return null;
  return form.unit === 'quote' ? told.preview.quantityBase : told.preview.value;
}

/** For an amount that was typed: of what pays, in what pays. */
function shareShown(form: Form, inOther: string | null, available: string | null): number | null {
  const paysIn = form.side === 'buy' ? 'quote' : 'base';
  const amount = form.unit === paysIn ? numberOf(form.amount) : inOther;
  return amount === null || available === null ? null : percentOf(amount, available);
}

type Part = { readonly form: Form; readonly change: (change: Change) => void };

function Sides({ form, change }: Part) {
  return (
    <div className="ticket-sides" role="radiogroup" aria-label="Side">
      {(['buy', 'sell'] as const).map((side) => (
        <label key={side} data-side={side}>
          <input
            type="radio"
            name="ticket-side"
            className="sr"
            checked={form.side === side}
            onChange={() => change({ type: 'side', side })}
          />
          {SIDE_WORDS[side]}
        </label>
      ))}
    </div>
  );
}

function Kinds({ form, change }: Part) {
  return (
    <div className="ticket-kinds" role="radiogroup" aria-label="Kind of order">
      {KINDS.map((kind) => (
        <label key={kind}>
          <input
            type="radio"
            name="ticket-kind"
            className="sr"
            checked={form.kind === kind}
            onChange={() => change({ type: 'kind', kind })}
          />
          {KIND_WORDS[kind]}
        </label>
      ))}
    </div>
  );
}

const FLAGS = [
  { flag: 'postOnly', words: 'Post only', why: 'Only if it waits in the book; refused where it would trade at once' },
  { flag: 'ioc', words: 'IOC', why: 'Immediate or cancel: what does not trade at once is cancelled' },
] as const;

function Flags({ form, change, problems }: Part & { readonly problems: readonly OrderProblem[] }) {
  if (form.kind !== 'limit') return null;
  return (
    <div>
      <div className="ticket-flags">
        {FLAGS.map(({ flag, words, why }) => (
          <label key={flag} className="ticket-check" title={why}>
            <input
              type="checkbox"
              checked={form[flag]}
              onChange={(event) => change({ type: 'flag', flag, on: event.currentTarget.checked })}
            />
            {words}
          </label>
        ))}
      </div>
      <Problems problems={problems} of={['postOnly']} onMend={(draft) => change({ type: 'mended', draft })} />
    </div>
  );
}

function Confirmations(props: Part & { readonly offered: readonly Confirmation[]; readonly quote: string }) {
  const { form, change, offered, quote } = props;
  return offered.map((confirmation) => (
    <label key={confirmation} className="ticket-check ticket-confirmation">
      <input
        type="checkbox"
        checked={form.confirmations.includes(confirmation)}
        onChange={(event) => change({ type: 'confirm', confirmation, on: event.currentTarget.checked })}
      />
      {confirmationWords(confirmation, quote)}
    </label>
  ));
}

function AskFirst() {
  const askFirst = useAskFirst();
  return (
    <label className="ticket-ask-first dim small">
      Ask before sending{' '}
      <select
        value={askFirst}
        onChange={(event) => {
          const chosen = ASK_FIRST.find(({ value }) => value === event.currentTarget.value);
          if (chosen !== undefined) setAskFirst(chosen.value);
        }}
      >
        {ASK_FIRST.map(({ value, words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

type FootProps = { readonly state: TicketState; readonly market: Market };

/** The button, or why there is none. */
function Foot({ state, market }: FootProps) {
  const { gate, form, send } = state;
  // The button stands over what is above it on a phone: nobody sends what they cannot read, or looks for a box to tick.
  const narrow = useNarrow();
  if (gate !== null) return <GateNote gate={gate} />;
  const reason = reasonOf(state);
  return (
    <div className="ticket-foot">
      <TroubleNote problems={state.problems} />
      {narrow ? <Sentence told={state.told} /> : null}
      {narrow ? (
        <Confirmations {...{ form, offered: state.offered, quote: market.quote, change: state.change }} />
      ) : null}
      <button
        type="submit"
        className="button large ticket-send"
        data-side={form.side}
        aria-disabled={reason !== '' || send.busy}
        aria-busy={send.busy}
        aria-describedby="ticket-reason"
        // The second click of a double click is the same intention, however quick the answer was.
        onClick={(event) => (event.detail > 1 ? event.preventDefault() : undefined)}
      >
        {send.busy ? <span className="ticket-spin" aria-hidden="true" /> : null}
        {SIDE_WORDS[form.side]} {market.base}
      </button>
      <p id="ticket-reason" className="ticket-reason dim small">
        {reason}
      </p>
    </div>
  );
}
