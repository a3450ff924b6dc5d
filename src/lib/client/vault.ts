/**
 * The vault seam: whatever identifies a patient passes through here on its way to and from the device's disk, in bulk and
 * outside transactions (IndexedDB closes one that waits for anything else). Today's vault seals nothing; encryption at
 * rest replaces it without a change to its callers or to what is stored beside the seal.
 */
export interface Vault {
  seal(records: readonly unknown[]): Promise<Sealed[]>;
  /** In the same order; `unopened` for each that this vault cannot open: the caller keeps it and says so. */
  open(sealed: readonly unknown[]): Promise<unknown[]>;
}

export const unopened = Symbol('unopened');

/** Names how it was sealed, so that a later vault can still open what an earlier one kept. */
export interface Sealed {
  readonly by: 'plain';
  readonly record: unknown;
}

export const plainVault: Vault = {
  seal: (records) => Promise.resolve(records.map((record) => ({ by: 'plain', record }))),
  open: (sealed) => Promise.resolve(sealed.map((one) => (isPlain(one) ? one.record : unopened))),
};

function isPlain(value: unknown): value is Sealed {
  return (
    typeof value === 'object' && value !== null && 'record' in value && 'by' in value && value.by === 'plain'
  );
}
