import { PayloadNotEncodedError, type PayloadCodec } from '@workflow-runner/contract';
import type { CodecCondition } from './codec-condition.js';
import { after, rescued, type Eventually } from './eventually.js';

/** A user's codec, held to its rules: what it answers is a text that is not empty; empty texts pass as they are. */
export class PayloadCoder {
  constructor(
    private readonly codec: PayloadCodec,
    private readonly condition: CodecCondition,
  ) {}

  /** @throws {PayloadNotEncodedError} */
  encode(text: string): Eventually<string> {
    return text === '' ? '' : this.written(() => this.codec.encode(text));
  }

  /** @throws {PayloadNotEncodedError} */
  digest(sha256: string): Eventually<string> {
    if (sha256 === '' || !this.codec.digest) return sha256;
    return this.written(() => this.codec.digest!(sha256));
  }

  /** Throws what the codec throws. */
  decode(text: string): Eventually<string> {
    return text === '' ? '' : quiet(checked(this.codec.decode(text)));
  }

  private written(call: () => unknown): Eventually<string> {
    const coded = rescued(
      () =>
        after(checked(call()), (text) => {
          this.condition.works();
          return text;
        }),
      (cause) => {
        this.condition.fails(cause);
        throw new PayloadNotEncodedError(cause);
      },
    );
    return quiet(coded);
  }
}

function checked(answer: unknown): Eventually<string> {
  return isThenable(answer) ? Promise.resolve(answer).then(textOf) : textOf(answer);
}

function textOf(answer: unknown): string {
  if (typeof answer === 'string' && answer !== '') return answer;
  throw new TypeError(`The payload codec answered ${answer === '' ? 'an empty text' : typeof answer}`);
}

function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function';
}

/** What is waited for may fail while its neighbour has failed already, and then nobody looks at it any more. */
function quiet(coded: Eventually<string>): Eventually<string> {
  if (coded instanceof Promise) coded.catch(() => undefined);
  return coded;
}
