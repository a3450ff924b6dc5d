/** A file that can't be taken at all; nothing of it is in. The message follows its name: "referrals.csv is empty". */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}
