import { startExample } from './start-example.js';

/** What the greeting tells. */
export interface GreetingFacts {
  readonly version: string;
  /** `http://127.0.0.1:3000`. */
  readonly address: string;
  /** Null when tokens come from elsewhere. */
  readonly token: string | null;
  readonly database: string;
  /** Full ids. */
  readonly workflows: readonly string[];
  readonly autoStarted: readonly string[];
}

/** The first lines a person sees: where to look, what is there, what to try. */
export function greeting({
  version,
  address,
  token,
  database,
  workflows,
  autoStarted,
}: GreetingFacts): string {
  const example = startExample({ address, token: token ?? '<token>', workflows });
  const lines = [
    '',
    `Workflow Runner ${version} is running.`,
    '',
    `  Open       ${address}/${token === null ? '' : `?token=${token}`}`,
    `  Data       ${database}`,
    ...labelled('Workflows', workflows),
    ...labelled('autoStart', autoStarted),
    '',
    ...(example ? ['Start one:', '', example, ''] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(9)}  ${line}`);
}
