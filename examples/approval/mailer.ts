import { Injectable } from '@nestjs/common';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** The same for the same mail, however often it is asked for: a mail service sends it once. */
  readonly key: string;
}

/** How people are told. */
export abstract class Mailer {
  abstract send(mail: Mail): Promise<void>;
}

/** Stands for a mail service, and sends nothing. */
@Injectable()
export class SampleMailer extends Mailer {
  async send(): Promise<void> {}
}
