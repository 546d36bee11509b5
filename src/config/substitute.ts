import { Secrets } from '../logging/secrets.js';
import type { Mistake } from '../model/mistake.js';
import type { YamlFile } from './yaml-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const placeholder = /\$\{([^}]*)\}/g;
const inside = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Fills `${NAME}` and `${NAME:-default}` in the texts of a file from the environment, and from nowhere
 * else. Answers what was filled in, so that no message ever shows it (S12).
 */
export function substitute(
  yaml: YamlFile,
  env: Environment,
): { readonly filledIn: readonly string[]; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const filledIn: string[] = [];
  yaml.replaceTexts((text, position) => {
    if (!text.includes('${')) return undefined;
    return text.replace(placeholder, (whole, content: string) => {
      const [, name, fallback] = inside.exec(content) ?? [];
      if (name === undefined) {
        mistakes.push({ file: yaml.file, ...position, problem: `${whole} names no variable`, advice: 'write ${NAME} or ${NAME:-default}' });
        return '';
      }
      const value = env[name] || fallback;
      if (value === undefined) {
        mistakes.push({
          file: yaml.file,
          ...position,
          problem: `the environment has no variable ${name}`,
          advice: `set ${name}, or write \${${name}:-default} here`,
        });
        return '';
      }
      if (env[name]) filledIn.push(env[name]);
      return value;
    });
  });
  return { filledIn, mistakes };
}

/** A message without what came from the environment, in whatever form: also addresses and names, which are no secrets elsewhere. */
export function withoutSecrets(mistake: Mistake, filledIn: readonly string[]): Mistake {
  const from = new Secrets();
  from.add(...filledIn);
  return { ...mistake, problem: from.hide(mistake.problem), advice: from.hide(mistake.advice) };
}
