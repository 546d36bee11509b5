import type { OpenProject } from '../open-project.js';
import { readForecast } from './read-forecast.js';
import { noteOutlasting } from './sql/note-outlasting.js';

/** Says, once for each pass whoever looks, that it takes longer than the time between two: the shop falls further behind with each. */
export async function warnOfOutlasting(project: OpenProject): Promise<void> {
  for (const pipeline of project.pipelines) {
    if (project.context(pipeline).pipeline.full === null) continue;
    const found = await readForecast(project.sql, pipeline);
    if (!found?.outlasts || !(await noteOutlasting(project.sql, found.run, found.outlasts))) continue;
    const { run, left, perSecond, outlasts } = found;
    project.log.warn('a full pass takes longer than the time between two', { pipeline, run, left, perSecond, ...outlasts });
  }
}
