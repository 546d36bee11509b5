import type { Compilation } from './compilation.js';
import type { Condition } from './compile-when.js';
import { didYouMean } from './did-you-mean.js';
import { compilePath } from './read-path.js';
import type { Completeness } from './when-schema.js';

/**
 * `completeness: { channel, locales, min }` of a source that hands over `completeness`, percents by channel and
 * locale. The channel and the locales are asked for even where no scope shows them.
 */
export function compileCompleteness(asked: Completeness, compilation: Compilation): Condition[] {
  const { locales, min } = asked;
  const channel = checkAgainstStructure(asked, compilation);
  const reader = compilePath('completeness', ['when', 'completeness'], false, compilation);
  if (reader === null) return [];
  compilation.channels.add(channel);
  for (const locale of locales) compilation.locales.add(locale);
  return [
    (run) => {
      run.field = 'completeness';
      const told = ownValue(reader.read(run), channel);
      const percents = locales.map((locale) => ({ locale, percent: ownValue(told, locale) }));
      for (const { locale, percent } of percents)
        if (typeof percent === 'number' && percent < min)
          return `completeness of ${channel} in ${locale} is ${percent} %, and ${min} % is wanted`;
      for (const { locale, percent } of percents)
        if (typeof percent !== 'number') run.fail('missing', `the source says nothing of the completeness of ${channel} in ${locale}`);
      return null;
    },
  ];
}

function ownValue(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** The channel as the source spells it; what the source does not have is a mistake. */
function checkAgainstStructure({ channel, locales }: Completeness, compilation: Compilation): string {
  const { structure } = compilation.context;
  if (structure === null) return channel;
  const at = ['when', 'completeness'];
  const codes = structure.channels.map(({ code }) => code);
  const known = structure.channels.find(({ code }) => code.toLowerCase() === channel.toLowerCase());
  if (!known) {
    compilation.mistake([...at, 'channel'], `the source has no channel ${channel}`, didYouMean(channel, codes));
    return channel;
  }
  locales.forEach((locale, index) => {
    if (!known.locales.includes(locale))
      compilation.mistake(
        [...at, 'locales', index],
        `the source has no locale ${locale} on its channel ${known.code}`,
        didYouMean(locale, known.locales),
      );
  });
  return known.code;
}
