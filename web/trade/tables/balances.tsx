/** What the place's connection has to trade with. */

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { TradeBalance } from '../../../src/contract/trading.ts';
import { balancesQuery } from '../../api/queries.ts';
import { compareText, formatQuantity, formatValue, isZero } from '../../format/number.ts';
import { Ago } from '../../parts/ago.tsx';
import { Aligned, Unknown, widestFraction } from '../../parts/amount.tsx';
import { useTradeBalances } from '../data/account.ts';
import { says } from './filters.ts';
import { type Column, Grid, type Shape } from './grid.tsx';
import { ROW_PX } from './open-orders.tsx';

type Worth = { readonly value: string | null; readonly currency: string; readonly reason: string };
export type BalanceRow = TradeBalance & { readonly worth: Worth | null };

/** The desk's own valuation, as on Overview; the trading wallet's part of it. */
export function useBalanceRows(connection: string | null, text: string): readonly BalanceRow[] {
  const balances = useTradeBalances();
  const { data: valued } = useQuery({
    ...balancesQuery({ connection: connection ?? '' }),
    enabled: connection !== null,
  });
  return useMemo(() => {
    const worths = new Map(
      (valued ?? []).filter(({ wallet }) => wallet === 'trade').map((row) => [row.asset, row.worth]),
    );
    return balances
      .filter(({ free, locked, asset }) => (!isZero(free) || !isZero(locked)) && says(text, [asset]))
      .map((row) => ({ ...row, worth: worths.get(row.asset) ?? null }))
      .sort((a, b) => compareText(b.worth?.value ?? '-1', a.worth?.value ?? '-1') || a.asset.localeCompare(b.asset));
  }, [balances, valued, text]);
}

const AMOUNTS = {
  available: {
    head: 'Available',
    help: 'What a new order may use: what is free, less what was sent from here since the exchange told it',
  },
  free: { head: 'Free', help: 'Free by the last word of the exchange' },
  locked: { head: 'In orders', help: 'Held for open orders, by the last word of the exchange' },
} as const;

function amount(rows: readonly BalanceRow[], id: keyof typeof AMOUNTS): Column<BalanceRow> {
  const places = widestFraction(rows.map((row) => formatQuantity(row[id])));
  return {
    id,
    ...AMOUNTS[id],
    align: 'right',
    px: 90,
    grow: 1,
    ...(id === 'free' ? { drop: 1 } : {}),
    by: (row) => row[id],
    cell: (row) => <Aligned shown={formatQuantity(row[id])} exact={row[id]} places={places} />,
  };
}

function columnsOf(rows: readonly BalanceRow[]): readonly Column<BalanceRow>[] {
  const shown = ({ value, currency }: Worth): string => formatValue(value ?? '0', currency);
  const worths = widestFraction(
    rows.flatMap(({ worth }) => (worth === null || worth.value === null ? [] : [shown(worth)])),
  );
  return [
    {
      id: 'asset',
      head: 'Asset',
      px: 72,
      grow: 0.6,
      by: ({ asset }) => asset,
      cell: ({ asset }) => <strong>{asset}</strong>,
    },
    amount(rows, 'available'),
    amount(rows, 'free'),
    amount(rows, 'locked'),
    {
      id: 'worth',
      head: 'Worth',
      align: 'right',
      px: 110,
      grow: 1,
      by: ({ worth }) => worth?.value ?? null,
      cell: ({ worth }) =>
        worth === null || worth.value === null ? (
          <Unknown reason={worth?.reason ?? 'Not valued yet'} />
        ) : (
          <Aligned shown={shown(worth)} exact={worth.value} places={worths} asset={worth.currency} />
        ),
    },
    {
      id: 'told',
      head: 'Told',
      align: 'right',
      px: 84,
      grow: 0.4,
      drop: 2,
      by: ({ asOfMs }) => String(asOfMs),
      cell: ({ asOfMs }) => (
        <span className="dim">
          <Ago atMs={asOfMs} />
        </span>
      ),
    },
  ];
}

/** A card's two lines. */
const BALANCE_CARD_PX = 46;

export function Balances({ rows, touch }: { readonly rows: readonly BalanceRow[]; readonly touch: boolean }) {
  const columns = useMemo(() => columnsOf(rows), [rows]);
  const shape = useMemo(
    (): Shape<BalanceRow> => ({ id: ({ asset }) => asset, heightPx: () => (touch ? BALANCE_CARD_PX : ROW_PX) }),
    [touch],
  );
  return <Grid label="Balances" columns={columns} rows={rows} shape={shape} given="worth" />;
}
