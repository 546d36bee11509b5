import type { TargetDefinition } from '../contract/index.js';
import { file } from './file/index.js';
import { magento2 } from './magento2/index.js';

/** Every target the program knows. Adding one is its folder and a line here. */
export const targets: readonly TargetDefinition[] = [file as TargetDefinition, magento2 as TargetDefinition];
