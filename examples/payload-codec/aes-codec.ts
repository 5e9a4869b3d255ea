import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { PayloadCodec } from '@workflow-runner/runner';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface AesKeys {
  /** Name of the key that encrypts, without a dot. */
  readonly current: string;
  /** All keys that anything in the store was encrypted with, 32 bytes each, by name. */
  readonly keys: Readonly<Record<string, Buffer>>;
  /** For digests of start data; stays when the others change. */
  readonly digestKey: Buffer;
}

/** AES-256-GCM. What it writes is `aes1.<name of the key>.<iv, tag and cipher text in base64url>`. */
export class AesCodec extends PayloadCodec {
  constructor(private readonly options: AesKeys) {
    super();
    this.key(options.current);
  }

  encode(text: string): string {
    const { current } = this.options;
    const head = `aes1.${current}.`;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key(current), iv).setAAD(Buffer.from(head));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return head + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
  }

  decode(text: string): string {
    // Written before there was a codec: JSON never begins with an "a". Leave this out once nothing of it is left.
    if (!text.startsWith('aes1.')) return text;
    const [, name = '', coded = ''] = text.split('.');
    const bytes = Buffer.from(coded, 'base64url');
    const iv = bytes.subarray(0, IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key(name), iv, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(`aes1.${name}.`))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  override digest(sha256: string): string {
    return createHmac('sha256', this.options.digestKey).update(sha256).digest('base64url');
  }

  private key(name: string): Buffer {
    const key = this.options.keys[name];
    if (key?.length !== 32) throw new Error(`There is no key of 32 bytes named ${name}`);
    return key;
  }
}
