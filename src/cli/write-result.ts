/** Prints what a command answers: one JSON value for programs, or a text for people. */
export function writeResult<Result>(result: Result, json: boolean | undefined, asText: (result: Result) => string): void {
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${asText(result)}\n`);
}
