/** The event was not written, and nothing of it was done. What it was based on is read again from the store. */
export class StoreHalt extends Error {
  override name = 'StoreHalt';
}
