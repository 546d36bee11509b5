import type { PipelineFile } from '../mapping/pipeline-file.js';
import { pipelineSchema } from '../mapping/pipeline-schema.js';
import type { Mistake } from '../model/mistake.js';
import { checkShape } from './check-shape.js';
import { YamlFile } from './yaml-file.js';

export interface ReadPipeline {
  /** Null where the file has mistakes. */
  readonly pipeline: PipelineFile | null;
  /** What can be checked of it all the same: the file without what is wrong, so that all mistakes are told at once. */
  readonly rest: PipelineFile | null;
  readonly mistakes: readonly Mistake[];
}

/** Reads the text of one pipeline file: its shape is checked here, what it means by `checkPipeline`. */
export function readPipeline({ file, text }: { readonly file: string; readonly text: string }): ReadPipeline {
  const parsed = YamlFile.parse(file, text);
  if ('mistakes' in parsed) return { pipeline: null, rest: null, mistakes: parsed.mistakes };
  const { yaml } = parsed;
  const data = yaml.data ?? {};
  const at = yaml.at.bind(yaml);
  const checked = checkShape(pipelineSchema, data, yaml);
  if ('data' in checked) return { pipeline: { file, data: checked.data, at }, rest: null, mistakes: [] };
  const rest = pipelineSchema.safeParse(withoutMistakes(data));
  return { pipeline: null, rest: rest.success ? { file, data: rest.data, at } : null, mistakes: checked.mistakes };
}

/** Leaves out the fields and keys of the file that have the wrong shape. */
function withoutMistakes(data: unknown): unknown {
  const copy: unknown = structuredClone(data);
  for (const { path, code, ...issue } of pipelineSchema.safeParse(data).error?.issues ?? []) {
    const [first, second] = path;
    const parent: unknown = first === 'fields' && second !== undefined ? valueOf(copy, 'fields') : copy;
    const wrong = code === 'unrecognized_keys' && path.length === 0 && 'keys' in issue ? issue.keys : [parent === copy ? first : second];
    for (const key of wrong) if (parent !== null && typeof parent === 'object' && key !== undefined) Reflect.deleteProperty(parent, key);
  }
  return copy;
}

function valueOf(data: unknown, key: string): unknown {
  return data !== null && typeof data === 'object' ? Reflect.get(data, key) : undefined;
}
