/**
 * Turns payloads into what a store keeps, and back: a place to encrypt. A payload is a JSON text (format 1 of
 * `encode`): the state of an instance and its changes, inputs and outcomes of steps, data of events, signals and
 * retries. docs/payload-codec.md says what is a payload and what stays readable.
 *
 * - It is called for every payload, so it must be quick. Answering at once (no promise) is best: many commits of one
 *   turn of the event loop then still share a transaction. A promise must settle, as the calls behind it wait for it.
 * - What an older key, an older codec or no codec wrote may lie in the store for as long as anything is kept: `decode`
 *   must read it, too.
 * - The answer is a text that is not empty. Empty texts are never handed over.
 */
export abstract class PayloadCodec {
  /**
   * A throw refuses the write with PAYLOAD_NOT_ENCODED. What a running instance has to write waits and is encoded again
   * until that works, so a throw must mean "not now", never "not this one".
   */
  abstract encode(text: string): string | Promise<string>;
  /**
   * Must throw rather than give back anything but what was encoded: use a cipher that authenticates. A throw is
   * PAYLOAD_UNREADABLE; an instance that cannot be read is left as it is and tried again.
   */
  abstract decode(text: string): string | Promise<string>;
  /**
   * Turns the SHA-256 of workflow and data that is kept beside an idempotency key into something that nobody can guess
   * the data from, for example an HMAC with a key of its own. The same must always give the same: after another key has
   * taken its place, a repeated start is refused as a conflict. @default the SHA-256 is kept
   */
  digest?(sha256: string): string | Promise<string>;
}
