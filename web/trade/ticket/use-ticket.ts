/** The ticket's state and what can be done with it; `ticket.tsx` shows it. */

import { type FormEvent, type RefObject, useEffect, useRef } from 'react';
import type { Confirmation, Market, OrderProblem } from '../../../src/contract/trading.ts';
import { compareText } from '../../format/number.ts';
import { useAccount, useCustody } from '../data/account.ts';
import type { PlaceAsk } from '../data/actions.ts';
import { usePlace } from '../data/place.ts';
import { usePickedPrice } from '../data/ticket-price.ts';
import { isAsked, useAskFirst } from './ask-first.ts';
import { offeredFor, standing } from './confirmations.ts';
import type { FieldRefs } from './fields.tsx';
import type { Change, Field, Form, Known, PriceField } from './form.ts';
import { firstToType, nextKind, useTicketKeys } from './keys.ts';
import { stillOpen } from './meet.ts';
import type { Told } from './preview-line.ts';
import { type ReadForm, readForm } from './read-form.ts';
import { changeForm, formNow, restoreForm, useForm } from './store.ts';
import { useKnown } from './use-known.ts';
import { usePreview } from './use-preview.ts';
import { type Send, useSend } from './use-send.ts';
import { type Gate, gateOf } from './words.ts';

/** The counter of a click that is already in the form: coming back to the ticket does not put it in again. */
let taken = 0;

function usePicks(known: Known, into: RefObject<PriceField>): void {
  const picked = usePickedPrice();
  useEffect(() => {
    if (picked === null || picked.times === taken) return;
    taken = picked.times;
    const { price, amountBase } = picked;
    // Whoever takes what stands in the book is on the other side of it.
    const asks = known.ask !== null && compareText(price, known.ask) >= 0;
    const take = amountBase === null ? null : { side: asks ? ('buy' as const) : ('sell' as const), amount: amountBase };
    changeForm({ type: 'picked', price, into: into.current, take }, known);
  }, [picked, known, into]);
}

/** What was being sent when the page was reloaded stands in the form again. */
function useRestored(connection: string | null, market: string): void {
  useEffect(() => {
    const sent = stillOpen().findLast(({ ask }) => ask.market === market && ask.connection === connection);
    if (sent !== undefined && formNow().amount === '') restoreForm(sent.form);
  }, [connection, market]);
}

export type TicketState = {
  readonly form: Form;
  readonly known: Known;
  readonly read: ReadForm;
  readonly told: Told;
  readonly problems: readonly OrderProblem[];
  readonly offered: readonly Confirmation[];
  /** Why nothing can be sent from here; null where something can. */
  readonly gate: Gate | null;
  readonly send: Send;
  readonly refs: FieldRefs;
  /** Where a picked price goes if there are two places for it. */
  readonly priceField: RefObject<PriceField>;
  readonly change: (change: Change) => void;
  readonly submit: (event: FormEvent) => void;
};

const NO_PROBLEMS: readonly OrderProblem[] = [];
const FIELDS: readonly Field[] = ['activation', 'price', 'amount'];

export function useTicket(market: Market): TicketState {
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
  const { told, settled } = usePreview(ask, moved);
  const send = useSend(known);
  const refs: FieldRefs = { price: useRef(null), activation: useRef(null), amount: useRef(null) };
  const priceField = useRef<PriceField>('price');
  usePicks(known, priceField);
  useRestored(connection, market.symbol);
  const change = (one: Change): void => changeForm(one, known);
  const focus = (field: Field): void => {
    const input = refs[field].current ?? refs.activation.current;
    input?.focus();
    input?.select();
  };
  useTicketKeys({
    side: (side) => {
      change({ type: 'side', side });
      // Whoever chose the side goes on to type: digits beside the fields would be lost.
      focus(firstToType(formNow()));
    },
    nextKind: () => change({ type: 'kind', kind: nextKind(formNow().kind) }),
    focus,
  });
  const gate = gateOf(account, market, market.symbol, useCustody());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (gate !== null) return;
    const first = read.missing ?? FIELDS.find((one) => one in read.errors);
    if (ask !== null) send.press(ask, settled, isAsked(askFirst, form.kind));
    else if (first !== undefined) focus(first);
  };
  const asked = told.state === 'told' ? told.preview.problems : NO_PROBLEMS;
  const problems = standing(asked, form.confirmations);
  const offered = offeredFor(asked);
  const stale =
    told.state === 'told' ? form.confirmations.find((one) => !asked.some(({ confirm }) => confirm === one)) : undefined;
  useEffect(() => {
    // Said about something that is over: should it come back, it has to be said again.
    if (stale !== undefined) changeForm({ type: 'confirm', confirmation: stale, on: false }, known);
  }, [stale, known]);
  return { form, known, read, told, problems, offered, gate, send, refs, priceField, change, submit };
}
