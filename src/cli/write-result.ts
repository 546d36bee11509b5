/** Prints what a command answers: one JSON value for programs, or a text for people. */
export function writeResult<Result>(result: Result, json: boolean | undefined, asText: (result: Result) => string): void {
  process.stdout.write(json ? `${JSON.stringify(withEnvironment(result, process.env), null, 2)}\n` : `${asText(result)}\n`);
}

/** An object says whose answer it is, where somebody gave this installation a name; a list stays a list. */
export function withEnvironment(result: unknown, { PIM2SHOP_ENVIRONMENT: named }: NodeJS.ProcessEnv): unknown {
  if (!named || typeof result !== 'object' || result === null || Array.isArray(result)) return result;
  return { environment: named.trim(), ...result };
}
