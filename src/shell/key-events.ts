/** What a person is told about their keys. */

export type KeyEvent = 'key-added' | 'key-replaced' | 'key-refused' | 'key-stopped' | 'key-removed';
/** Where somebody sat who asked for something. */
export type By = { readonly address: string; readonly device: string };
/** `by` is null where the desk found it by itself. */
export type Record = (userId: string, kind: KeyEvent, text: string, by: By | null) => Promise<void>;
