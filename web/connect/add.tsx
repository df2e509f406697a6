import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { tilesQuery } from '../api/queries.ts';
import { Choose } from './choose.tsx';
import { Flow } from './flow.tsx';
import { Panel } from './panel.tsx';

export function AddExchange() {
  const { venue } = useSearch({ from: '/exchanges/add' });
  const navigate = useNavigate();
  const { data: tiles } = useQuery(tilesQuery);
  const choose = (): void => void navigate({ to: '/exchanges/add', search: {} });
  const name = tiles?.find(({ id }) => id === venue)?.name;
  if (venue === undefined)
    return (
      <Panel title="Add new exchange">
        <Choose onChoose={(chosen) => void navigate({ to: '/exchanges/add', search: { venue: chosen } })} />
      </Panel>
    );
  return (
    <Panel title={name === undefined ? 'Add new exchange' : `Add ${name}`} onBack={choose}>
      <Flow key={venue} target={{ kind: 'connect', venue }} onAnother={choose} />
    </Panel>
  );
}
