import { useMemo } from 'react';
import type { Reply } from '../../src/contract/contract.ts';
import { formatPrice, formatQuantity, formatShare, formatValue, isZero, toPixels } from '../format/number.ts';
import { Aligned, Unknown, widestFraction } from '../parts/amount.tsx';
import { type Column, SortableTable } from '../parts/sortable-table.tsx';

type Overview = Reply<'overview.read'>;
type AssetRow = Overview['byAsset'][number];
type ExchangeRow = Overview['byExchange'][number];

/** Nothing is no part of anything: where nothing is worth more than zero the desk divides nothing, and tells no shares. */
const shareOf = ({ share, worth }: AssetRow | ExchangeRow): string | null =>
  share === null && worth.value !== null && isZero(worth.value) ? '0' : share;

function Share(props: { readonly of: AssetRow | ExchangeRow }) {
  const share = shareOf(props.of);
  if (share === null)
    return <Unknown reason={props.of.worth.reason || 'The sum of which it would be a share is zero'} />;
  return (
    <span className="share">
      <span className="share-bar" aria-hidden="true">
        <span style={{ width: `${Math.max(0, Math.min(100, toPixels(share)))}%` }} />
      </span>
      <span className="num" title={share}>
        {formatShare(share)}
      </span>
    </span>
  );
}

function Worth(props: { readonly worth: AssetRow['worth'] }) {
  const { value, currency, reason } = props.worth;
  if (value === null) return <Unknown reason={reason} />;
  const shown = formatValue(value, currency);
  return <Aligned shown={shown} exact={value} places={widestFraction([shown])} asset={currency} />;
}

export function ByAsset(props: { readonly rows: Overview['byAsset']; readonly currency: string }) {
  const { rows, currency } = props;
  const columns = useMemo((): readonly Column<AssetRow>[] => {
    const quantities = widestFraction(rows.map(({ quantity }) => formatQuantity(quantity)));
    const frees = widestFraction(rows.map(({ free }) => formatQuantity(free)));
    const lockeds = widestFraction(rows.map(({ locked }) => formatQuantity(locked)));
    const assetChars = rows.reduce((widest, { asset }) => Math.max(widest, asset.length), 0);
    const prices = widestFraction(rows.flatMap(({ price }) => (price === null ? [] : [formatPrice(price)])));
    return [
      { id: 'asset', head: 'Asset', by: ({ asset }) => asset, cell: ({ asset }) => <strong>{asset}</strong> },
      {
        id: 'quantity',
        head: 'Amount',
        align: 'right',
        by: ({ quantity }) => quantity,
        cell: ({ quantity, locked, uncounted, asset, worth }) => (
          <>
            <Aligned
              shown={formatQuantity(quantity)}
              exact={quantity}
              places={quantities}
              asset={asset}
              assetChars={assetChars}
            />
            {isZero(locked) ? null : <div className="small dim held">{formatQuantity(locked)} in orders</div>}
            {isZero(uncounted) || worth.value === null ? null : (
              <div className="small dim">
                {formatQuantity(uncounted)} {asset} not counted
              </div>
            )}
          </>
        ),
      },
      {
        id: 'free',
        head: 'Free',
        align: 'right',
        by: ({ free }) => free,
        cell: ({ free }) => <Aligned shown={formatQuantity(free)} exact={free} places={frees} />,
      },
      {
        id: 'locked',
        head: 'In orders',
        align: 'right',
        by: ({ locked }) => locked,
        cell: ({ locked }) => <Aligned shown={formatQuantity(locked)} exact={locked} places={lockeds} />,
      },
      {
        id: 'price',
        head: `Price, ${currency}`,
        align: 'right',
        by: ({ price }) => price,
        cell: ({ price, worth }) =>
          price === null ? (
            <Unknown reason={worth.reason} />
          ) : (
            <Aligned shown={formatPrice(price)} exact={price} places={prices} />
          ),
      },
      {
        id: 'worth',
        head: 'Value',
        align: 'right',
        by: ({ worth }) => worth.value,
        cell: ({ worth }) => <Worth worth={worth} />,
      },
      {
        id: 'share',
        head: 'Share',
        align: 'right',
        by: shareOf,
        cell: (row) => <Share of={row} />,
      },
    ];
  }, [rows, currency]);
  return (
    <SortableTable
      caption="Value by asset"
      columns={columns}
      rows={rows}
      rowId={({ asset }) => asset}
      sortedBy="worth"
    />
  );
}

const EXCHANGE_COLUMNS: readonly Column<ExchangeRow>[] = [
  {
    id: 'label',
    head: 'Exchange',
    by: ({ label }) => label,
    cell: ({ label, venueName }) => (
      <span className="exchange-name">
        <strong>{label}</strong> {label === venueName ? null : <span className="dim">{venueName}</span>}
      </span>
    ),
  },
  {
    id: 'worth',
    head: 'Value',
    align: 'right',
    by: ({ worth }) => worth.value,
    cell: ({ worth }) => <Worth worth={worth} />,
  },
  {
    id: 'share',
    head: 'Share',
    align: 'right',
    by: shareOf,
    cell: (row) => <Share of={row} />,
  },
];

export function ByExchange(props: { readonly rows: Overview['byExchange'] }) {
  return (
    <SortableTable
      caption="Value by exchange"
      columns={EXCHANGE_COLUMNS}
      rows={props.rows}
      rowId={({ connection }) => connection}
      sortedBy="worth"
    />
  );
}
