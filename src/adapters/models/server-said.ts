/** An error that came as an event of a stream, in the shape of the SDKs' own errors. */
export class ServerSaid extends Error {
  override readonly name = 'ServerSaid';
  readonly error: object;
  constructor(error: unknown) {
    const body = typeof error === 'object' && error !== null ? error : {message: String(error)};
    super('message' in body && typeof body.message === 'string' ? body.message : 'an error without words');
    this.error = body;
  }
}
