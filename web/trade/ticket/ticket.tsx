/** The ticket: what is bought or sold, how, and what that does, before it is sent. */

import '../../style/trade-ticket.css';
import { Link } from '@tanstack/react-router';
import { type FormEvent, lazy, Suspense, useEffect, useRef } from 'react';
import type { Market, OrderProblem } from '../../../src/contract/trading.ts';
import { compareText } from '../../format/number.ts';
import { Late } from '../../parts/late.tsx';
import { useAccount } from '../data/account.ts';
import type { PlaceAsk } from '../data/actions.ts';
import { useMarket } from '../data/market.ts';
import { usePlace } from '../data/place.ts';
import { usePickedPrice } from '../data/ticket-price.ts';
import { ASK_FIRST, isAsked, setAskFirst, useAskFirst } from './ask-first.ts';
import { distanceWords } from './distance.ts';
import { percentOf } from './exact.ts';
import { type FieldRefs, Fields } from './fields.tsx';
import { type Change, type Field, type Form, KINDS, type Known, numberOf, type PriceField } from './form.ts';
import { nextKind, useTicketKeys } from './keys.ts';
import { Preview } from './preview.tsx';
import { Problems } from './problems.tsx';
import { type ReadForm, readForm } from './read-form.ts';
import { ResultLine } from './result.tsx';
import { readSent } from './sent.ts';
import { Share } from './share.tsx';
import { changeForm, formNow, openFor, restoreForm, useForm } from './store.ts';
import { useKnown } from './use-known.ts';
import { usePreview } from './use-preview.ts';
import { useSend } from './use-send.ts';
import { confirmationWords, gateOf, KIND_WORDS, MISSING_WORDS, SIDE_WORDS } from './words.ts';

const ConfirmOrder = lazy(() => import('./confirm.tsx').then((m) => ({ default: m.ConfirmOrder })));

export function Ticket() {
  const market = useMarket();
  const { venue, market: symbol } = usePlace();
  useEffect(() => openFor(`${venue} ${symbol}`), [venue, symbol]);
  return (
    <section className="ticket" aria-label="Order ticket">
      {market === undefined ? (
        <Late>
          <p className="panel-empty dim" role="status">
            Reading the rules of {symbol.replaceAll('_', '/')} …
          </p>
        </Late>
      ) : (
        <TicketForm market={market} />
      )}
    </section>
  );
}

/** The counter of a click that is already in the form: coming back to the ticket does not put it in again. */
let taken = 0;

function usePicks(known: Known, into: () => PriceField): void {
  const picked = usePickedPrice();
  useEffect(() => {
    if (picked === null || picked.times === taken) return;
    taken = picked.times;
    const { price, amountBase } = picked;
    // Whoever takes what stands in the book is on the other side of it.
    const asks = known.ask !== null && compareText(price, known.ask) >= 0;
    const take = amountBase === null ? null : { side: asks ? ('buy' as const) : ('sell' as const), amount: amountBase };
    changeForm({ type: 'picked', price, into: into(), take }, known);
  }, [picked, known, into]);
}

/** What was being sent when the page was reloaded stands in the form again. */
function useRestored(market: string): void {
  useEffect(() => {
    const sent = readSent(sessionStorage, Date.now());
    if (sent !== null && sent.ask.market === market && formNow().amount === '') restoreForm(sent.form);
  }, [market]);
}

function TicketForm({ market }: { readonly market: Market }) {
  const form = useForm();
  const known = useKnown();
  const account = useAccount();
  const { connection } = usePlace();
  const askFirst = useAskFirst();
  const read = readForm(form, known);
  const ask: PlaceAsk | null =
    read.draft === null || connection === null
      ? null
      : { connection, market: market.symbol, draft: read.draft, confirmations: [...form.confirmations] };
  const moved = `${known.availableBase} ${known.availableQuote} ${account?.state} ${account?.stream.state}`;
  const { told, offered, settled } = usePreview(ask, moved);
  const send = useSend(known);
  const refs: FieldRefs = { price: useRef(null), activation: useRef(null), amount: useRef(null) };
  const priceField = useRef<PriceField>('price');
  const intoField = useRef(() => priceField.current);
  usePicks(known, intoField.current);
  useRestored(market.symbol);
  const change = (one: Change): void => changeForm(one, known);
  const focus = (field: Field): void => {
    const input = refs[field].current ?? refs.activation.current;
    input?.focus();
    input?.select();
  };
  useTicketKeys({
    side: (side) => change({ type: 'side', side }),
    nextKind: () => change({ type: 'kind', kind: nextKind(formNow().kind) }),
    focus,
  });
  const problems = told.state === 'told' ? told.preview.problems : [];
  const gate = gateOf(account, market, market.symbol);
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    if (gate !== null) return;
    const first = read.missing ?? (['activation', 'price', 'amount'] as const).find((one) => one in read.errors);
    if (ask !== null) send.press(ask, settled, isAsked(askFirst, form.kind));
    else if (first !== undefined) focus(first);
  };
  const pays = form.side === 'buy' ? market.quote : market.base;
  const available = form.side === 'buy' ? known.availableQuote : known.availableBase;
  return (
    <form className="ticket-form" onSubmit={submitted} autoComplete="off">
      <Sides form={form} change={change} />
      <Kinds form={form} change={change} />
      <Fields
        {...{ form, read, known, market, problems, refs, change }}
        estimate={
          told.state === 'told' ? (form.unit === 'quote' ? told.preview.quantityBase : told.preview.value) : null
        }
        distance={told.state === 'told' ? distanceWords(told.preview.distancePercent, form.side) : ''}
        onPriceFocus={(field) => {
          priceField.current = field;
        }}
      />
      <Share
        percent={form.percent ?? shareShown(form, read, available)}
        available={available}
        asset={pays}
        money={form.side === 'buy'}
        onChange={(percent) => change({ type: 'percent', percent })}
      />
      <Flags form={form} change={change} problems={problems} />
      <Preview told={told} side={form.side} quote={market.quote} />
      <Problems problems={problems} of={['market', 'order']} onMend={(draft) => change({ type: 'mended', draft })} />
      {offered.map((confirmation) => (
        <label key={confirmation} className="ticket-check ticket-confirmation">
          <input
            type="checkbox"
            checked={form.confirmations.includes(confirmation)}
            onChange={(event) => change({ type: 'confirm', confirmation, on: event.currentTarget.checked })}
          />
          {confirmationWords(confirmation, market.quote)}
        </label>
      ))}
      <Foot {...{ gate, market, form, read, send }} problems={problems} offered={offered.length > 0} />
      {send.result === null ? null : <ResultLine result={send.result} onAgain={send.again} onClose={send.clear} />}
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
      {send.asked === null ? null : (
        <Suspense fallback={null}>
          <ConfirmOrder asked={send.asked} base={market.base} onYes={send.confirm} onNo={send.dismiss} />
        </Suspense>
      )}
    </form>
  );
}

/** For an amount that was typed: of what pays, in what pays. */
function shareShown(form: Form, read: ReadForm, available: string | null): number | null {
  const paysIn = form.side === 'buy' ? 'quote' : 'base';
  const amount = form.unit === paysIn ? numberOf(form.amount) : read.otherUnit;
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

type FootProps = {
  readonly gate: ReturnType<typeof gateOf>;
  readonly market: Market;
  readonly form: Form;
  readonly read: ReadForm;
  readonly send: ReturnType<typeof useSend>;
  readonly problems: readonly OrderProblem[];
  readonly offered: boolean;
};

/** The button, or why there is none. */
function Foot(props: FootProps) {
  const { gate, market, form, send } = props;
  if (gate !== null)
    return (
      <div className="ticket-gate" data-tone={gate.tone} role="status">
        <p>
          <strong>{gate.cause}</strong> {gate.cure}
        </p>
        {gate.go === 'connect' ? (
          <Link to="/exchanges/add" className="button">
            Add new exchange
          </Link>
        ) : null}
      </div>
    );
  const reason = reasonOf(props);
  return (
    <div className="ticket-foot">
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

function reasonOf({ read, problems, offered, form }: FootProps): string {
  if (Object.keys(read.errors).length > 0) return 'Mend what is marked above.';
  if (read.missing !== null) return MISSING_WORDS[read.missing];
  if (problems.length === 0) return '';
  const confirmable =
    offered && problems.every(({ confirm }) => confirm !== null && !form.confirmations.includes(confirm));
  return confirmable ? 'Tick the box above to place it all the same.' : 'Mend what is marked above.';
}
