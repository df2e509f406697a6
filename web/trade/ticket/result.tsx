/** What became of the order that was just sent: it follows the order until it has come to rest. */

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Order } from '../../../src/contract/trading.ts';
import { call } from '../../api/client.ts';
import { Ago } from '../../parts/ago.tsx';
import { Icon } from '../../parts/icons.tsx';
import { useNowText } from '../../parts/now.ts';
import { asProblem } from '../../parts/problem.tsx';
import { useOpenOrders } from '../data/account.ts';
import type { PlaceAsk } from '../data/actions.ts';
import { ended, orderId } from '../data/stores.ts';
import type { Form } from './form.ts';
import type { Sent } from './sent.ts';
import { earlierWords, orderWords, outcomeOf } from './words.ts';

export type Result =
  | { readonly state: 'sending'; readonly sent: Sent }
  /** `instead`: what was pressed, where the desk answered with the order of an earlier press and placed nothing new. */
  | {
      readonly state: 'placed';
      readonly order: Order;
      readonly instead: { readonly ask: PlaceAsk; readonly form: Form } | null;
    }
  | { readonly state: 'refused'; readonly sent: Sent; readonly error: unknown }
  /** No answer came, or the page was reloaded meanwhile. */
  | { readonly state: 'unanswered'; readonly sent: Sent; readonly reloaded: boolean };

const wordsOf = ({ ask }: Sent): string => orderWords(ask.draft, ask.market);

type Props = {
  readonly result: Result;
  readonly onAgain: () => void;
  readonly onAnother: () => void;
  readonly onClose: () => void;
};

export function ResultLine({ result, onAgain, onAnother, onClose }: Props) {
  switch (result.state) {
    case 'sending':
      return <Said head="Sending" order={wordsOf(result.sent)} text="" tone="plain" busy />;
    case 'placed':
      return (
        <Followed key={result.order.key} order={result.order} onClose={onClose}>
          {result.instead === null ? null : (
            <>
              <span className="small">{earlierWords(result.order.createdAtMs)}</span>
              <button type="button" className="button" onClick={onAnother}>
                Place a new one
              </button>
            </>
          )}
        </Followed>
      );
    case 'refused': {
      const { cause, cure } = asProblem(result.error);
      return (
        <Said
          head="Refused"
          order={wordsOf(result.sent)}
          text={`${cause} ${cure}`}
          tone="red"
          busy={false}
          onClose={onClose}
        />
      );
    }
    case 'unanswered': {
      return (
        <Said
          head={result.reloaded ? 'This was on its way when the page was reloaded' : 'No answer came from the desk'}
          order={wordsOf(result.sent)}
          text="It may have been placed: as soon as a list shows it, this says so. Sending it again is safe, it is the same order and cannot be placed twice."
          tone="amber"
          busy={false}
          onClose={onClose}
        >
          <button type="button" className="button" onClick={onAgain}>
            Send again
          </button>
          <span className="dim small">
            <Ago prefix="sent" atMs={result.sent.atMs} />
          </span>
        </Said>
      );
    }
  }
}

/** As the live line tells it; what ended before this page looked is read as the desk has it written. */
function useFollowed(placed: Order, key: string): Order {
  const { connection } = placed;
  const [seen, setSeen] = useState(placed);
  const open = useOpenOrders({ connection }).find((order) => order.key === key);
  const told = useSyncExternalStore(ended.subscribe, () => ended.get(orderId({ connection, key })));
  const { data: read } = useQuery({
    queryKey: ['orders.read', { connection, key }],
    queryFn: () => call('orders.read', { params: { id: connection, order: key } }),
    enabled: open === undefined && told === undefined && (key !== placed.key || placed.state !== 'closed'),
  });
  const now = open ?? told ?? read;
  // Between two words about it the last one stands: the first, of its sending, would read like a second sending.
  useEffect(() => {
    if (now !== undefined) setSeen(now);
  }, [now]);
  return now ?? seen;
}

function Followed(props: { readonly order: Order; readonly onClose: () => void; readonly children: React.ReactNode }) {
  const [key, setKey] = useState(props.order.key);
  const moved = key !== props.order.key;
  const order = useFollowed(props.order, key);
  const { replacedBy } = order;
  useEffect(() => {
    // Moved, it lives on under another key, at another price.
    if (replacedBy !== null) setKey(replacedBy);
  }, [replacedBy]);
  const { head, text, tone, busy } = outcomeOf(order);
  const next = order.doing.nextAtMs === null || !busy ? null : <Next atMs={order.doing.nextAtMs} />;
  return (
    <Said
      head={moved && order.state === 'open' ? 'Moved' : head}
      order={orderWords(order, order.market)}
      text={text}
      tone={tone}
      busy={busy}
      onClose={props.onClose}
    >
      {props.children === null && next === null ? null : (
        <>
          {props.children}
          {next}
        </>
      )}
    </Said>
  );
}

function Next({ atMs }: { readonly atMs: number }) {
  const text = useNowText((nowMs) => {
    const s = Math.ceil((atMs - nowMs) / 1000);
    return s <= 0 ? 'Asking now.' : `Next look in ${s} s.`;
  });
  return <span className="dim small">{text}</span>;
}

function Said(props: {
  readonly head: string;
  readonly order: string;
  readonly text: string;
  readonly tone: 'plain' | 'amber' | 'red';
  readonly busy: boolean;
  readonly onClose?: () => void;
  readonly children?: React.ReactNode;
}) {
  return (
    <div className="ticket-result" data-tone={props.tone} role="status" aria-live="polite" aria-busy={props.busy}>
      <p>
        {props.busy ? <span className="ticket-spin" aria-hidden="true" /> : null}
        <strong>{props.head}</strong>
      </p>
      <p className="small">{props.order}</p>
      {props.text === '' ? null : <p className="small dim">{props.text}</p>}
      {props.children === undefined || props.children === null ? null : (
        <div className="ticket-result-foot">{props.children}</div>
      )}
      {props.onClose === undefined ? null : (
        <button type="button" className="quiet plain ticket-result-close" aria-label="Close" onClick={props.onClose}>
          <Icon name="close" size={14} />
        </button>
      )}
    </div>
  );
}
