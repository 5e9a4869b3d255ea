import { CodedStore } from '@workflow-runner/store/coded';
import type { PayloadCodec, Store } from '@workflow-runner/contract';
import type { StoreUnderTest } from '@workflow-runner/testing/store-contract';
import { AesCodec } from '../../examples/payload-codec/aes-codec.js';

/** The example codec with keys made from a letter each; the first one encrypts. */
export function aesCodec(names = 'a'): AesCodec {
  const keys = Object.fromEntries([...names].map((name) => [name, Buffer.alloc(32, name)]));
  return new AesCodec({ current: names[0]!, keys, digestKey: Buffer.alloc(32, 'digest') });
}

/** The same codec, with answers that come later, the later ones first. */
export function asyncCodec(codec: PayloadCodec): PayloadCodec {
  let calls = 0;
  const later = async (work: () => string | Promise<string>): Promise<string> => {
    calls += 1;
    for (let turns = 3 - (calls % 4); turns > 0; turns -= 1) await new Promise(setImmediate);
    return work();
  };
  return {
    encode: (text) => later(() => codec.encode(text)),
    decode: (text) => later(() => codec.decode(text)),
    digest: (sha256) => later(() => codec.digest!(sha256)),
  };
}

/** What a store's own spec gives the contract, behind a codec. */
export function behindCodec(under: StoreUnderTest, codec: PayloadCodec): StoreUnderTest {
  const coded = (store: Store): Store => new CodedStore({ store, codec });
  const { reopen, second } = under;
  const store = coded(under.store);
  return {
    ...under,
    store,
    ...(reopen && {
      reopen: async () => {
        await store.close();
        return coded(await reopen());
      },
    }),
    ...(second && { second: async () => coded(await second()) }),
  };
}
