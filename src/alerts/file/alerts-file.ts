import { checkShape } from '../../config/check-shape.js';
import type { FileBeside } from '../../config/file-beside.js';
import { findSecrets } from '../../config/find-secrets.js';
import type { Project } from '../../config/load-project.js';
import { substitute, withoutSecrets, type Environment } from '../../config/substitute.js';
import { YamlFile } from '../../config/yaml-file.js';
import { secrets } from '../../logging/secrets.js';
import type { Mistake } from '../../model/mistake.js';
import type { AlertsConfig } from '../alerts-config.js';
import { alertsSchema, type AlertsFile } from './alerts-schema.js';
import { checkAlerts } from './check-alerts.js';
import { configOf } from './config-of.js';

const file = 'alerts.yaml';

/** alerts.yaml beside connections.yaml: what alerts there are, and where they go. */
export const alertsFile: FileBeside<AlertsConfig> = { file, schema: alertsSchema, read };

/** What holds where there is no alerts.yaml, or no mappings folder at all. */
export function alertsConfigOf(project: Project | null): AlertsConfig {
  return (project?.beside.get(file) as AlertsConfig | undefined) ?? configOf(alertsSchema.parse({}));
}

function read(text: string | null, env: Environment): { readonly data: AlertsConfig } | { readonly mistakes: readonly Mistake[] } {
  if (text === null) return { data: configOf(alertsSchema.parse({})) };
  const parsed = YamlFile.parse(file, text);
  if ('mistakes' in parsed) return parsed;
  const { yaml } = parsed;
  const { filledIn, mistakes } = substitute(yaml, env);
  const written = yaml.data ?? {};
  secrets.add(...findSecrets(written, alertsSchema));
  const shape = checkShape<AlertsFile>(alertsSchema, written, yaml);
  // An empty text in place of a missing variable would only be reported twice.
  const found = [...mistakes, ...('mistakes' in shape ? (mistakes.length > 0 ? [] : shape.mistakes) : checkAlerts(shape.data, yaml))];
  if (found.length > 0 || 'mistakes' in shape) return { mistakes: found.map((mistake) => withoutSecrets(mistake, filledIn)) };
  return { data: configOf(shape.data) };
}
