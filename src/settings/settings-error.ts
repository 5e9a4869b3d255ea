/** Something is wrong with a variable. */
export interface SettingsProblem {
  readonly variable: string;
  readonly problem: string;
}

/** The environment cannot be obeyed; the message lists everything that is wrong with it, a line each. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly SettingsProblem[]) {
    const lines = problems.map(({ variable, problem }) => `  ${variable}: ${problem}`);
    super(`These settings cannot be used:\n${lines.join('\n')}`);
  }
}
