/** How to make the key, in the exchange's own words. The texts come from the desk, one file an exchange. */

import type { Reply } from '../../src/contract/contract.ts';
import { Icon } from '../parts/icons.tsx';
import { Words } from '../parts/words.tsx';
import type { Purpose } from './use-connect.ts';

type GuideText = Reply<'exchanges.guide'>;
type Permission = GuideText['permissions'][number];
const WANT: Readonly<Record<Permission['want'], string>> = { on: 'ON', off: 'OFF', optional: 'Your choice' };

export function Guide(props: {
  readonly guide: GuideText;
  readonly purpose: Purpose;
  /** On a phone the form stands under the guide; who knows the way goes there at once. */
  readonly toForm: () => void;
}) {
  const { guide } = props;
  return (
    <section className="guide" aria-label={`How to make a key at ${guide.name}`}>
      <div className="guide-head">
        <h3>Make a key at {guide.name}</h3>
        <a href={guide.keyPage} target="_blank" rel="noopener noreferrer" className="quiet">
          Open {guide.name} <Icon name="open" size={14} />
        </a>
      </div>
      <button type="button" className="button to-form" onClick={props.toForm}>
        I have a key: go to the form
      </button>
      <ol className="guide-steps">
        {guide.steps.map(({ text, note }) => (
          <li key={text}>
            <p>
              <Words text={text} />
            </p>
            {note === '' ? null : (
              <p className="dim small">
                <Words text={note} />
              </p>
            )}
          </li>
        ))}
      </ol>
      <table className="table permissions">
        <caption className="sr">Permissions of the key</caption>
        <thead>
          <tr>
            <th scope="col">Permission</th>
            <th scope="col">Set to</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {guide.permissions.map((permission) => {
            const want = wanted(permission, props.purpose);
            return (
              <tr key={permission.name}>
                <th scope="row">{permission.name}</th>
                <td>
                  <span className="want" data-want={want}>
                    {WANT[want]}
                  </span>
                </td>
                <td className="dim">
                  <Words text={permission.why} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {guide.notes.length === 0 ? null : (
        <ul className="guide-notes dim small">
          {guide.notes.map((note) => (
            <li key={note}>
              <Words text={note} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Watching needs no right to trade; a key without it is better. The exchange calls that right order management. */
function wanted(permission: Permission, purpose: Purpose): Permission['want'] {
  return purpose === 'watch' && permission.want === 'on' && /order management/i.test(permission.name)
    ? 'off'
    : permission.want;
}
