import type { PipelineFile } from '../mapping/pipeline-file.js';
import { pipelineSchema } from '../mapping/pipeline-schema.js';
import type { Mistake } from '../model/mistake.js';
import { checkShape } from './check-shape.js';
import { YamlFile } from './yaml-file.js';

/** Reads the text of one pipeline file: its shape is checked here, what it means by `checkPipeline`. */
export function readPipeline({ file, text }: { readonly file: string; readonly text: string }): {
  readonly pipeline: PipelineFile | null;
  readonly mistakes: readonly Mistake[];
} {
  const parsed = YamlFile.parse(file, text);
  if ('mistakes' in parsed) return { pipeline: null, mistakes: parsed.mistakes };
  const { yaml } = parsed;
  const checked = checkShape(pipelineSchema, yaml.data ?? {}, yaml);
  if ('mistakes' in checked) return { pipeline: null, mistakes: checked.mistakes };
  return { pipeline: { file, data: checked.data, at: yaml.at.bind(yaml) }, mistakes: [] };
}
