import { closest, distance } from 'fastest-levenshtein';
import { readSettings, settingsSchema, type Settings } from '../../config/settings.js';
import { failure, ok, warning, type Finding } from '../finding.js';

/** The settings as far as they are right, so that what else is wrong is told as well: a wrong one counts as not set. */
export function checkSettings(env: NodeJS.ProcessEnv): { readonly settings: Settings; readonly findings: readonly Finding[] } {
  const parsed = settingsSchema.safeParse(env);
  const issues = parsed.success ? [] : parsed.error.issues;
  const wrong = new Set(issues.map(({ path }) => String(path[0])));
  const settings = readSettings(Object.fromEntries(Object.entries(env).filter(([name]) => !wrong.has(name))));
  const mistakes = issues.map(({ path, message }) =>
    failure('settings', `${path.join('.')}: ${message}`, `Set ${String(path[0])} as docs/operations.md says, or leave it out.`),
  );
  const { name, production } = settings.environment;
  const called = env.PIM2SHOP_ENVIRONMENT ? `this is ${name}` : `this is called ${name}, because PIM2SHOP_ENVIRONMENT is not set`;
  const findings = [...mistakes, ...misspelled(env), ...(production ? marksOfProduction(settings) : [])];
  return { settings, findings: mistakes.length > 0 ? findings : [ok('settings', `${called}; the settings can be read`), ...findings] };
}

/** A setting that is nearly written like one that there is does nothing, and nobody says so. */
function misspelled(env: NodeJS.ProcessEnv): Finding[] {
  const known = Object.keys(settingsSchema.shape);
  return Object.keys(env)
    .filter((name) => name.startsWith('PIM2SHOP_') && !known.includes(name))
    .flatMap((name) => {
      const near = closest(name, known);
      if (distance(name, near) > 3) return [];
      return [warning('settings', `nothing reads ${name}`, `Did you mean ${near}? Rename it, or take it out of the environment.`)];
    });
}

function marksOfProduction({ databaseUrl, logLevel }: Settings): Finding[] {
  return [
    ...(databaseUrl === undefined
      ? [
          warning(
            'production',
            'it works on the private PostgreSQL, which nobody replicates and one machine alone can use',
            'Set DATABASE_URL to a PostgreSQL that somebody looks after, or at least back up PIM2SHOP_DATA.',
          ),
        ]
      : []),
    ...(logLevel === 'debug'
      ? [
          warning(
            'production',
            'the log tells everything (PIM2SHOP_LOG_LEVEL=debug)',
            'Set it to info; `pim2shop debug on PIPELINE` tells everything of one pipeline for a while.',
          ),
        ]
      : []),
  ];
}
