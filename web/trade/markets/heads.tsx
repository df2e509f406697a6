import type { SortBy, Sorting } from './find.ts';

type HeadsProps = {
  readonly sorting: Sorting;
  readonly searching: boolean;
  readonly onSort: (sorting: Sorting) => void;
};

export function Heads(props: HeadsProps) {
  const head = (by: SortBy, words: string) => {
    const { sorting, searching } = props;
    const on = !searching && sorting.by === by;
    return (
      <button
        type="button"
        className={`sort head-${by}`}
        data-on={on ? '' : undefined}
        disabled={searching}
        aria-label={`Sort by ${words.toLowerCase()}${on ? (sorting.desc ? ', now falling' : ', now rising') : ''}`}
        onClick={() => props.onSort({ by, desc: on ? !sorting.desc : by !== 'name' })}
      >
        {words}
        <span aria-hidden="true">{on ? (sorting.desc ? ' ↓' : ' ↑') : ''}</span>
      </button>
    );
  };
  return (
    <div className="market-heads">
      {head('name', 'Market')}
      {head('volume', 'Volume')}
      {head('last', 'Last')}
      {head('change', '24 h')}
    </div>
  );
}
