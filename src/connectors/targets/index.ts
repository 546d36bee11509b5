import type { TargetDefinition } from '../contract/index.js';
import { file } from './file/index.js';

/** Every target the program knows. Adding one is its folder and a line here. */
export const targets: readonly TargetDefinition[] = [file as TargetDefinition];
