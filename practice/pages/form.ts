import { type Html, html, type Part } from './html.ts';
import type { Visit } from './visit.ts';

/** Why a form came back: beside the field it is about, or above the form where it is about the whole. */
export type Problem = { readonly field: string | null; readonly message: string };

export function problem(field: string | null, message: string): Problem {
  return { field, message };
}

export type Field = {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly hint?: Part;
  readonly autocomplete?: string;
  readonly inputmode?: 'decimal' | 'numeric' | 'text';
  readonly maxLength?: number;
  readonly optional?: boolean;
  /** Said in the place of "optional", where it is only sometimes so. */
  readonly optionalWord?: string;
  readonly autofocus?: boolean;
  /** After the input, inside its frame. */
  readonly after?: Part;
};

/** Ids need only be unique on the page; a page with two forms gives each a prefix. */
function describedBy(id: string, hint: Part, error: string | null): Html | false {
  const ids = [error !== null ? `${id}-error` : null, hint !== undefined ? `${id}-hint` : null].filter(
    (text) => text !== null,
  );
  return ids.length > 0 && html` aria-describedby="${ids.join(' ')}"`;
}

function under(id: string, hint: Part, error: string | null): Part {
  return [
    error !== null && html`<p class="error" id="${id}-error" role="alert">${error}</p>`,
    hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`,
  ];
}

function errorOf(name: string, found: Problem | null): string | null {
  return found !== null && found.field === name ? found.message : null;
}

export function field(prefix: string, options: Field, found: Problem | null): Html {
  const id = `${prefix}-${options.name}`;
  const error = errorOf(options.name, found);
  return html`<div class="field">
<label for="${id}">${options.label}${options.optional === true && html` <span class="optional">${options.optionalWord ?? 'optional'}</span>`}</label>
<div class="input"><input id="${id}" name="${options.name}" type="${options.type ?? 'text'}" value="${options.value ?? ''}"${options.optional !== true && html` required`}${options.autocomplete !== undefined && html` autocomplete="${options.autocomplete}"`}${options.inputmode !== undefined && html` inputmode="${options.inputmode}"`}${options.maxLength !== undefined && html` maxlength="${options.maxLength}"`}${options.autofocus === true && html` autofocus`}${error !== null && html` aria-invalid="true"`}${describedBy(id, options.hint, error)} spellcheck="false">${options.after}</div>
${under(id, options.hint, error)}
</div>`;
}

export type Choice = { readonly value: string; readonly text: string; readonly data?: Part };

export function select(
  prefix: string,
  options: {
    readonly name: string;
    readonly label: string;
    readonly value: string;
    readonly choices: readonly Choice[];
    readonly hint?: Part;
  },
  found: Problem | null,
): Html {
  const id = `${prefix}-${options.name}`;
  const error = errorOf(options.name, found);
  return html`<div class="field">
<label for="${id}">${options.label}</label>
<div class="input"><select id="${id}" name="${options.name}"${error !== null && html` aria-invalid="true"`}${describedBy(id, options.hint, error)}>
${options.choices.map((choice) => html`<option value="${choice.value}"${choice.value === options.value && html` selected`}${choice.data}>${choice.text}</option>`)}
</select></div>
${under(id, options.hint, error)}
</div>`;
}

export function area(
  prefix: string,
  options: {
    readonly name: string;
    readonly label: string;
    readonly value: string;
    readonly rows: number;
    readonly hint: Part;
  },
  found: Problem | null,
): Html {
  const id = `${prefix}-${options.name}`;
  const error = errorOf(options.name, found);
  return html`<div class="field">
<label for="${id}">${options.label}</label>
<div class="input"><textarea id="${id}" name="${options.name}" rows="${options.rows}" spellcheck="false" autocomplete="off"${error !== null && html` aria-invalid="true"`}${describedBy(id, options.hint, error)}>${'\n'}${options.value}</textarea></div>
${under(id, options.hint, error)}
</div>`;
}

/** The whole form: method, token, a problem of the whole above the fields. */
export function postForm(
  visit: Visit,
  options: { readonly action: string; readonly body: Part; readonly found?: Problem | null; readonly name?: string },
): Html {
  const found = options.found ?? null;
  return html`<form class="form" method="post" action="${options.action}"${options.name !== undefined && html` aria-label="${options.name}"`}>
<input type="hidden" name="form_token" value="${visit.formToken}">
${found !== null && found.field === null && alert(found.message)}
${options.body}
</form>`;
}

export function alert(message: Part): Html {
  return html`<p class="alert" role="alert">${message}</p>`;
}

export function submit(text: string, kind: 'primary' | 'plain' | 'danger' = 'primary'): Html {
  return html`<button type="submit" class="button ${kind}">${text}</button>`;
}

export function copyButton(value: string, what: string): Html {
  return html`<button type="button" class="copy" data-copy="${value}" aria-label="Copy ${what}">Copy</button>`;
}
