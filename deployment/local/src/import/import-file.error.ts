/** The file cannot be imported; the message is one sentence. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError';
}
