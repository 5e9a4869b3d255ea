import type { CompiledDefinition } from '../definition/compiled-definition.js';
import type { DataWriter } from '../state/data-writer.js';
import type { InstanceState } from '../state/instance-state.js';

export interface CachedImage {
  readonly revision: number;
  readonly definition: CompiledDefinition;
  readonly state: InstanceState;
  readonly data: DataWriter;
}

/** Images of instances at rest, the most recently used kept; one serves again while its revision is still the stored one. */
export class ImageCache {
  private readonly images = new Map<string, CachedImage>();

  constructor(private readonly capacity: number) {}

  revisionOf(instanceId: string): number | undefined {
    return this.images.get(instanceId)?.revision;
  }

  put(instanceId: string, image: CachedImage): void {
    if (this.capacity === 0) return;
    this.images.delete(instanceId);
    this.images.set(instanceId, image);
    if (this.images.size <= this.capacity) return;
    const [oldest] = this.images.keys();
    this.images.delete(oldest!);
  }

  /** Takes an image out: it belongs to its runner from then on. */
  take(instanceId: string): CachedImage | undefined {
    const image = this.images.get(instanceId);
    this.images.delete(instanceId);
    return image;
  }

  clear(): void {
    this.images.clear();
  }
}
