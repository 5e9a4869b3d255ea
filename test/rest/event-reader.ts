import { get, type IncomingMessage } from 'node:http';

/** One event as a browser's EventSource would dispatch it. */
export interface StreamEvent {
  readonly type: string;
  /** Where a client that has heard this event stands. */
  readonly lastEventId: string;
  readonly data: {
    readonly event: string;
    readonly instanceId: string;
    readonly [field: string]: unknown;
  };
}

export interface ReaderOptions {
  readonly token?: string;
  readonly lastEventId?: string;
  readonly headers?: Record<string, string>;
}

/** Reads a stream of events as the HTML standard says (9.2.6), one at a time. */
export class EventReader {
  /** The place the client stands at: what it would send as Last-Event-ID. */
  lastEventId = '';
  retryMs: number | null = null;
  comments = 0;
  private readonly events: AsyncGenerator<StreamEvent, void, void>;

  private constructor(private readonly response: IncomingMessage) {
    this.events = this.read();
  }

  static async open(url: string, { token, lastEventId, headers }: ReaderOptions = {}): Promise<EventReader> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const all = {
        accept: 'text/event-stream',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        ...headers,
      };
      get(url, { agent: false, headers: all }, resolve).on('error', reject);
    });
    return new EventReader(response);
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  header(name: string): string | undefined {
    const value = this.response.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** The next event; null when the stream is over, whichever way. */
  async next(): Promise<StreamEvent | null> {
    const { value } = await this.events.next();
    return value ?? null;
  }

  /** All events up to the first one that is meant. @throws {Error} the stream was over before */
  async until(isMeant: (event: StreamEvent) => boolean): Promise<StreamEvent[]> {
    const heard: StreamEvent[] = [];
    for (;;) {
      const event = await this.next();
      if (!event) throw new Error(`The stream was over after ${heard.length} events`);
      heard.push(event);
      if (isMeant(event)) return heard;
    }
  }

  /** Reads what comes until it is over. */
  async rest(): Promise<StreamEvent[]> {
    const heard: StreamEvent[] = [];
    for (let event = await this.next(); event; event = await this.next()) heard.push(event);
    return heard;
  }

  close(): void {
    this.response.destroy();
  }

  private async *read(): AsyncGenerator<StreamEvent, void, void> {
    let block: string[] = [];
    for await (const line of this.lines()) {
      if (line !== '') block.push(line);
      else {
        const event = this.dispatch(block);
        block = [];
        if (event) yield event;
      }
    }
  }

  private dispatch(block: readonly string[]): StreamEvent | null {
    const data: string[] = [];
    let type = 'message';
    for (const line of block) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === '') this.comments += 1;
      if (field === 'id') this.lastEventId = value;
      if (field === 'retry') this.retryMs = Number(value);
      if (field === 'event') type = value;
      if (field === 'data') data.push(value);
    }
    if (data.length === 0) return null;
    return { type, lastEventId: this.lastEventId, data: JSON.parse(data.join('\n')) as StreamEvent['data'] };
  }

  private async *lines(): AsyncGenerator<string, void, void> {
    let text = '';
    try {
      const decoder = new TextDecoder();
      for await (const chunk of this.response as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        yield* lines;
      }
    } catch {
      // Cut off, by whichever side; what was not whole does not count.
    }
  }
}
